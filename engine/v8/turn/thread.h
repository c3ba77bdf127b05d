#ifndef NR_V8_TURN_THREAD_H_
#define NR_V8_TURN_THREAD_H_

#include <cstddef>
#include <cstdint>

namespace nr {

/** Where a guest entered on this thread must stop to push frames, so that native code below it keeps its room. */
uintptr_t stack_limit(size_t stack_bytes);

/** The signal stack of a thread that is gone; not the one that the caller may be running on. */
void free_dead_signal_stack(void* stack);

}  // namespace nr

#endif  // NR_V8_TURN_THREAD_H_
