#ifndef NR_SYSTEM_MEMORY_H_
#define NR_SYSTEM_MEMORY_H_

#include <cstddef>

namespace nr {

/** Pages to read and write, which take memory when they are first touched. Null: the system refuses. */
void* map_pages(size_t bytes);

void unmap(void* memory, size_t bytes);

/** From now on nobody can write there. False: the system refuses. */
bool make_read_only(void* memory, size_t bytes);

/** Gives the pages back; their addresses stay taken, and nobody can access them. */
void close_pages(void* memory, size_t bytes);

/** Zeroes memory; of whole pages in it the system takes back what it had given. */
void zero_pages(void* memory, size_t bytes);

/** How much of the range is in memory; 0 if not all of it is mapped. Page-aligned. */
size_t resident_bytes(const void* start, size_t bytes);

/** Addresses that the process may take in all, in bytes, as its limits have it now. */
size_t address_space_max();

/** Mappings that a process may have. */
size_t mappings_max();

/** Those that it has. Takes some milliseconds for ten thousand. */
size_t count_mappings();

/** Whether the process could have this many bytes of addresses now; and of memory, as the system promises it. */
bool could_reserve(size_t bytes);
bool could_map(size_t bytes);

/** From the system's random generator. False: it has none to give, and the memory is not filled. */
bool random_bytes(void* memory, size_t bytes);

}  // namespace nr

#endif  // NR_SYSTEM_MEMORY_H_
