#ifndef NR_SYSTEM_MALLOC_H_
#define NR_SYSTEM_MALLOC_H_

#include <cstddef>

namespace nr {

/** False with an allocator in place of ours, which looks for misuse. */
bool malloc_is_counted();

/** How much freed memory malloc keeps. Once. */
void bound_malloc_retention();

/** Gives back what malloc keeps at the end of this thread's arena, which trim_malloc does not do. */
void trim_arena();

/** Gives back what malloc keeps of freed blocks, in all arenas. */
void trim_malloc();

/** Of a thread that dies: bytes that are resident of what its blocks came from, freed ones included, as far as no
 * thread before it was said to have left them. 0 if that is the process's first arena. */
size_t left_in_arena(size_t bytes_max);

}  // namespace nr

#endif  // NR_SYSTEM_MALLOC_H_
