#include "memory/budget.h"

#include "engine.h"
#include "memory/blocks.h"

namespace nr {

thread_local constinit ThreadState thread_state = {nullptr, nullptr, 0, nullptr, false};

Budget::Budget(void* owner, size_t bytes_max)
    : owner_(owner), bytes_max_(bytes_max), collect_line_(first_collect_line()) {}

Budget* Budget::create(void* owner, size_t bytes_max) {
  AttributionScope nobody(nullptr);
  return new Budget(owner, bytes_max);
}

void Budget::release() {
  owner_.store(nullptr, std::memory_order_relaxed);
  remove_reference();
}

void Budget::subtract(uint64_t amount) {
  if (held_.fetch_sub(amount, std::memory_order_acq_rel) == amount) delete this;
}

void Budget::add_reference() { held_.fetch_add(kReference, std::memory_order_relaxed); }

void Budget::remove_reference() { subtract(kReference); }

void Budget::add_block(size_t bytes) {
  held_.fetch_add(bytes, std::memory_order_relaxed);
  const size_t held = block_bytes();
  if (held > peak_block_bytes()) peak_block_bytes_.store(held, std::memory_order_relaxed);
  note_growth();
  if (bytes_max_ == 0) return;
  // Garbage in the heap, and array buffers that are garbage, may fill the limit at any time, so these count only
  // against the soft line. Buffers that are more than the limit are refused.
  if ((malloc_bytes() > bytes_max_ + allowance() && !collection_wanted()) || total_bytes() > line_of_end())
    note_exceeded();
}

void Budget::note_growth() {
  const size_t total = total_bytes();
  if (total > peak_bytes()) peak_bytes_.store(total, std::memory_order_relaxed);
  if (total <= collect_line_.load(std::memory_order_relaxed) || !limited()) return;
  void* const owner = owner_.load(std::memory_order_relaxed);
  if (owner == nullptr || collection_wanted() || collection_wanted_.exchange(true)) return;
  AttributionScope nobody(nullptr);
  callbacks().collection_wanted(owner);
}

void Budget::note_collected() {
  const size_t total = total_bytes();
  const size_t step = std::max(slack() / 4, size_t{1} << 20);
  collect_line_.store(std::max(first_collect_line(), total + step), std::memory_order_relaxed);
  collection_wanted_.store(false);
  if (limited() && (malloc_bytes() > bytes_max_ + allowance() || total > soft_line())) note_exceeded();
}

void Budget::remove_block(size_t bytes) { subtract(bytes); }

void Budget::list_block(BlockLink* link) {
  std::lock_guard lock(listed_mutex_);
  *link = {listed_.next, &listed_};
  link->next->previous = link;
  listed_.next = link;
}

void Budget::unlist_block(BlockLink* link) {
  std::lock_guard lock(listed_mutex_);
  link->previous->next = link->next;
  link->next->previous = link->previous;
}

void Budget::free_listed_blocks() {
  for (;;) {
    BlockLink* first;
    {
      std::lock_guard lock(listed_mutex_);
      first = listed_.next;
    }
    if (first == &listed_) return;
    free_listed(first);
  }
}

bool Budget::admit_pages(size_t bytes) {
  // V8 has no isolate to give up on its worker threads: a compile that is refused would abort the process.
  const bool refuses = thread_state.isolate != nullptr;
  if (condemned() && refuses) return false;
  if (!limited()) return true;
  const size_t total = total_bytes() + bytes;
  if (total > line_of_end()) note_exceeded();
  return total <= hard_line() || !refuses;
}

void Budget::add_pages(size_t bytes, bool reserved) {
  page_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  if (reserved) reserved_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  note_growth();
}

void Budget::remove_pages(size_t bytes, bool reserved) {
  page_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
  if (reserved) reserved_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
}

void Budget::note_usage(size_t bytes) {
  if (bytes_max_ == 0) return;
  if (bytes < bytes_max_ / 10 * 6) return pressed_.store(false, std::memory_order_relaxed);
  if (bytes < bytes_max_ / 10 * 8 || pressed_.load(std::memory_order_relaxed)) return;
  void* const owner = owner_.load(std::memory_order_relaxed);
  if (owner == nullptr || exceeded_.load(std::memory_order_relaxed) || pressed_.exchange(true)) return;
  AttributionScope nobody(nullptr);
  callbacks().memory_pressure(owner, bytes);
}

void Budget::note_exceeded() {
  void* const owner = owner_.load(std::memory_order_relaxed);
  if (owner == nullptr || exceeded_.load(std::memory_order_relaxed) || exceeded_.exchange(true)) return;
  const size_t used = total_bytes();
  AttributionScope nobody(nullptr);
  callbacks().memory_exceeded(owner, used);
}

}  // namespace nr
