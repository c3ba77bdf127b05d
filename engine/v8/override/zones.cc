// Overrides v8::internal::AccountingAllocator::AllocateSegment, where V8's zones (parser and compiler memory) come
// from. A zone that is refused memory ends in V8's out-of-memory handler, which the engine contains; other callers of
// malloc do not check. The zones of an isolate's allocators are listed, to be taken back if its thread dies; the few
// others live in structures that all isolates share.

#include <atomic>
#include <cstdlib>
#include <new>

#include "memory/blocks.h"
#include "memory/budget.h"
#include "src/zone/accounting-allocator.h"
#include "src/zone/zone-segment.h"

namespace v8::internal {

Segment* AccountingAllocator::AllocateSegment(size_t bytes) {
  const nr::ThreadState& thread = nr::thread_state;
  nr::Budget* const budget = thread.budget;
  // Refused only on a thread that an isolate has entered: V8 has no isolate to blame on its worker threads and would
  // abort.
  if (budget != nullptr && thread.isolate != nullptr && budget->malloc_exhausted(bytes)) return nullptr;
  void* const memory = budget != nullptr && isolate_ != nullptr ? nr::malloc_listed(bytes) : malloc(bytes);
  if (memory == nullptr) return nullptr;
  // ReturnSegment, which stays V8's own, subtracts it.
  const size_t current = current_memory_usage_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  size_t max = max_memory_usage_.load(std::memory_order_relaxed);
  while (current > max && !max_memory_usage_.compare_exchange_weak(max, current, std::memory_order_relaxed)) {
  }
  return new (memory) Segment(bytes);
}

}  // namespace v8::internal
