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

/** Bytes that are resident of what this thread's blocks come from, freed ones included; 0 if others use it, too. */
size_t resident_of_arena();

}  // namespace nr

#endif  // NR_SYSTEM_MALLOC_H_
