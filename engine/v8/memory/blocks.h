#ifndef NR_V8_MEMORY_BLOCKS_H_
#define NR_V8_MEMORY_BLOCKS_H_

#include <cstddef>

namespace nr {

struct BlockLink;

/** Memory for free(), on the list of the thread's budget whatever its size: taken back if the isolate's thread dies. */
void* malloc_listed(size_t size);
/** The same, zeroed. */
void* calloc_listed(size_t size);
/** Frees the block that a budget's list knows by its link. */
void free_listed(BlockLink* link);

}  // namespace nr

#endif  // NR_V8_MEMORY_BLOCKS_H_
