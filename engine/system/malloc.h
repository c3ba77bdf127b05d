#ifndef NR_SYSTEM_MALLOC_H_
#define NR_SYSTEM_MALLOC_H_

namespace nr {

/** How much freed memory malloc keeps. Once. */
void bound_malloc_retention();

/** Gives back what malloc keeps at the end of this thread's arena, which trim_malloc does not do. */
void trim_arena();

/** Gives back what malloc keeps of freed blocks, in all arenas. */
void trim_malloc();

}  // namespace nr

#endif  // NR_SYSTEM_MALLOC_H_
