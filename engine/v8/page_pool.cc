// Overrides v8::internal::PagePool, which keeps emptied heap pages for reuse and moves them between isolates. Pages
// stay with their isolate here: those of a forsaken isolate are unmapped, and no other may own one of them.

#include "page_pool.h"

#include <array>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "budget.h"

namespace v8::internal {

class Isolate;

class MutablePageMetadata {
 public:
  void ReleaseAllAllocatedMemory();
};

class MemoryAllocator {
 public:
  static void DeleteMemoryChunk(MutablePageMetadata* page);
};

class PagePool {
 public:
  void Add(Isolate* isolate, MutablePageMetadata* page);
  MutablePageMetadata* Remove(Isolate* isolate);
  void ReleaseOnTearDown(Isolate* isolate);
  void ReleaseImmediately(Isolate* isolate);
};

namespace {

using Pool = std::vector<MutablePageMetadata*>;

/** Pools by isolate, in shards so that garbage collections on several threads do not wait for each other. */
struct Shard {
  std::mutex mutex;
  std::unordered_map<Isolate*, Pool> pools;
};

Shard& shard_of(Isolate* isolate) {
  // Never destroyed: engine threads may outlive static destruction.
  static auto& shards = *new std::array<Shard, 16>;
  return shards[(reinterpret_cast<uintptr_t>(isolate) >> 12) % shards.size()];
}

Pool take_pool(Isolate* isolate) {
  Shard& shard = shard_of(isolate);
  std::lock_guard lock(shard.mutex);
  const auto found = shard.pools.find(isolate);
  if (found == shard.pools.end()) return {};
  Pool pool = std::move(found->second);
  shard.pools.erase(found);
  return pool;
}

}  // namespace

void PagePool::Add(Isolate* isolate, MutablePageMetadata* page) {
  page->ReleaseAllAllocatedMemory();
  nr::AttributionScope nobody(nullptr);
  Shard& shard = shard_of(isolate);
  std::lock_guard lock(shard.mutex);
  shard.pools[isolate].push_back(page);
}

MutablePageMetadata* PagePool::Remove(Isolate* isolate) {
  Shard& shard = shard_of(isolate);
  std::lock_guard lock(shard.mutex);
  const auto found = shard.pools.find(isolate);
  if (found == shard.pools.end() || found->second.empty()) return nullptr;
  MutablePageMetadata* const page = found->second.back();
  found->second.pop_back();
  return page;
}

void PagePool::ReleaseOnTearDown(Isolate* isolate) { ReleaseImmediately(isolate); }

void PagePool::ReleaseImmediately(Isolate* isolate) {
  for (MutablePageMetadata* const page : take_pool(isolate)) MemoryAllocator::DeleteMemoryChunk(page);
}

}  // namespace v8::internal

namespace nr {

void forget_page_pool(v8::Isolate* isolate) {
  v8::internal::take_pool(reinterpret_cast<v8::internal::Isolate*>(isolate));
}

}  // namespace nr
