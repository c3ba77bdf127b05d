// Overrides v8::internal::AccountingAllocator::AllocateSegment, where V8's zones (parser and compiler memory) come
// from. A zone that is refused memory ends in V8's out-of-memory handler, which the engine contains; other callers of
// malloc do not check. The zones of an isolate's own allocator are listed, to be taken back if its thread dies; the few
// others live in structures that all isolates share.

#include <atomic>
#include <cstdlib>
#include <new>

#include "blocks.h"
#include "budget.h"

namespace v8::internal {

/** In front of each segment; V8's zone fills in the first two. The layouts here are V8 13.6's. */
struct Segment {
  void* zone;
  Segment* next;
  size_t size;
};
static_assert(sizeof(Segment) == 24);

class AccountingAllocator {
 public:
  virtual ~AccountingAllocator();
  virtual Segment* AllocateSegment(size_t bytes, bool supports_compression);

 private:
  std::atomic<size_t> current_memory_usage_;
  std::atomic<size_t> max_memory_usage_;
};

Segment* AccountingAllocator::AllocateSegment(size_t bytes, bool) {
  const nr::ThreadState& thread = nr::thread_state;
  nr::Budget* const budget = thread.budget;
  bool listed = false;
  if (budget != nullptr) {
    // Refused only on a thread that an isolate has entered: V8 has no isolate to blame on its worker threads and would
    // abort.
    if (thread.isolate != nullptr && budget->malloc_exhausted(bytes)) return nullptr;
    if (thread.isolate != nullptr && budget->zone_allocator() == nullptr) budget->set_zone_allocator(this);
    listed = budget->zone_allocator() == this;
  }
  void* const memory = listed ? nr::malloc_listed(bytes) : malloc(bytes);
  if (memory == nullptr) return nullptr;
  // ReturnSegment, which stays V8's own, subtracts it.
  const size_t current = current_memory_usage_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  size_t max = max_memory_usage_.load(std::memory_order_relaxed);
  while (current > max && !max_memory_usage_.compare_exchange_weak(max, current, std::memory_order_relaxed)) {
  }
  return new (memory) Segment{nullptr, nullptr, bytes};
}

}  // namespace v8::internal
