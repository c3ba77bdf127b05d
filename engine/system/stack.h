#ifndef NR_SYSTEM_STACK_H_
#define NR_SYSTEM_STACK_H_

#include <cstdint>

namespace nr {

/** Lowest usable address of the calling thread's stack, 0 = the system does not tell. */
uintptr_t find_stack_low();

/** A stack for the calling thread's signal handlers, which run when its own has no room left. Null: none to be had. */
void* set_signal_stack();

/** The calling thread has none any more. */
void remove_signal_stack(void* stack);

/** The signal stack of a thread that is gone. */
void free_signal_stack(void* stack);

}  // namespace nr

#endif  // NR_SYSTEM_STACK_H_
