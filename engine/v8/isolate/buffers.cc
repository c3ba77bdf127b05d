#include "isolate/buffers.h"

#include <cstdlib>

#include "isolate.h"
#include "memory/blocks.h"

namespace nr {
namespace {

// V8 aborts when it cannot have an empty or a tiny buffer. Too many of them are too many blocks: see Budget.
constexpr size_t kNeverRefused = 64;
// V8 asks once, then after each of three garbage collections.
constexpr uint32_t kAttempts = 4;

}  // namespace

BufferAllocator::BufferAllocator(Budget* budget) : budget_(budget) { budget_->add_reference(); }

BufferAllocator::~BufferAllocator() { budget_->remove_reference(); }

bool BufferAllocator::admit(size_t length) {
  const size_t bytes_max = budget_->bytes_max();
  if (bytes_max == 0 || length <= kNeverRefused) return true;
  const size_t others = budget_->buffer_bytes() + budget_->malloc_bytes() + budget_->reserved_bytes() + length;
  if (others <= bytes_max) {
    // Only when it gets tight is the heap asked how much of its pages is in use.
    if (others + budget_->page_bytes() <= bytes_max / 10 * 8) return true;
    const nrv8_isolate* const isolate = thread_state.isolate;
    if (isolate == nullptr) return true;
    v8::HeapStatistics heap;
    isolate->isolate->GetHeapStatistics(&heap);
    budget_->note_usage(others + heap.used_heap_size());
    if (others + heap.used_heap_size() <= bytes_max) return true;
  }
  const bool again = refused_length_.exchange(length, std::memory_order_relaxed) == length;
  const uint32_t refusals = again ? refusals_.fetch_add(1, std::memory_order_relaxed) + 1 : 1;
  if (!again) refusals_.store(1, std::memory_order_relaxed);
  // One large buffer too many is the guest's RangeError; a budget used up by many small ones is its end.
  if (refusals >= kAttempts && length < bytes_max / 8) budget_->note_exceeded();
  return false;
}

void* BufferAllocator::keep(void* data, size_t length) {
  if (data == nullptr) return nullptr;
  refused_length_.store(0, std::memory_order_relaxed);
  budget_->add_buffer(length);
  return data;
}

void* BufferAllocator::Allocate(size_t length) {
  if (!admit(length)) return nullptr;
  AttributionScope pays(budget_);
  return keep(calloc_listed(length), length);
}

void* BufferAllocator::AllocateUninitialized(size_t length) {
  if (!admit(length)) return nullptr;
  AttributionScope pays(budget_);
  return keep(malloc_listed(length), length);
}

void BufferAllocator::Free(void* data, size_t length) {
  budget_->remove_buffer(length);
  free(data);
}

}  // namespace nr
