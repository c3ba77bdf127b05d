#ifndef NR_SYSTEM_CLOCK_H_
#define NR_SYSTEM_CLOCK_H_

#include <cstdint>

namespace nr {

/** Milliseconds of the monotonic clock and of the wall clock. */
double monotonic_ms();
double wall_ms();

/** CPU time of the calling thread. */
uint64_t thread_cpu_ns();

}  // namespace nr

#endif  // NR_SYSTEM_CLOCK_H_
