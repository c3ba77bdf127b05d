// In place of malloc_glibc.cc where AddressSanitizer's allocator is in charge: nothing is counted or listed, so limits
// on what lies outside V8's heap do not hold in that build.

#include <cstdlib>

#include "memory/blocks.h"
#include "system/malloc.h"

namespace nr {

void* malloc_listed(size_t size) { return malloc(size); }

void* calloc_listed(size_t size) { return calloc(1, size); }

void free_listed(BlockLink*) {}

void bound_malloc_retention() {}

void trim_arena() {}

void trim_malloc() {}

size_t resident_of_arena() { return 0; }

}  // namespace nr
