#ifndef NR_SYSTEM_MEMORY_H_
#define NR_SYSTEM_MEMORY_H_

#include <cstddef>

namespace nr {

/** Pages to read and write, which take memory when they are first touched. Null: the system refuses. */
void* map_pages(size_t bytes);

void unmap(void* memory, size_t bytes);

/** Gives the pages back; their addresses stay taken, and nobody can access them. */
void close_pages(void* memory, size_t bytes);

/** Zeroes memory; of whole pages in it the system takes back what it had given. */
void zero_pages(void* memory, size_t bytes);

/** From the system's random generator. False: it has none to give, and the memory is not filled. */
bool random_bytes(void* memory, size_t bytes);

}  // namespace nr

#endif  // NR_SYSTEM_MEMORY_H_
