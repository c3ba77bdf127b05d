#ifndef NR_V8_RETENTION_H_
#define NR_V8_RETENTION_H_

namespace nr {

/** How much freed memory malloc keeps. Once. */
void bound_malloc_retention();

/** Gives back what malloc keeps at the end of this thread's arena, which malloc_trim does not do. */
void trim_arena();

}  // namespace nr

#endif  // NR_V8_RETENTION_H_
