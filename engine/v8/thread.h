#ifndef NR_V8_THREAD_H_
#define NR_V8_THREAD_H_

#include <cstddef>
#include <cstdint>

namespace nr {

/** Where a guest entered on this thread must stop to push frames, so that native code below it keeps its room. */
uintptr_t stack_limit(size_t stack_bytes);

/** Unmaps the signal stack of a thread that is gone. */
void free_signal_stack(void* stack);

}  // namespace nr

#endif  // NR_V8_THREAD_H_
