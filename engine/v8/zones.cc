// Overrides v8::internal::AllocAtLeastWithRetry, which only V8's zones (parser and compiler memory) call. A zone that
// is refused memory ends in V8's out-of-memory handler, which the engine contains; other callers of malloc do not
// check.

#include <cstdlib>

#include "budget.h"

namespace v8::internal {

struct AllocationResult {
  void* ptr;
  size_t count;
};

AllocationResult AllocAtLeastWithRetry(size_t size);

AllocationResult AllocAtLeastWithRetry(size_t size) {
  const nr::ThreadState& thread = nr::thread_state;
  // Only on a thread that an isolate has entered: V8 has no isolate to blame on its worker threads and would abort.
  if (thread.isolate != nullptr && thread.budget != nullptr && thread.budget->malloc_exhausted(size))
    return {nullptr, 0};
  void* const block = malloc(size);
  return {block, block == nullptr ? 0 : size};
}

}  // namespace v8::internal
