// In place of malloc.cc where AddressSanitizer's allocator is in charge: nothing is counted or listed, so limits on
// what lies outside V8's heap do not hold in that build.

#include <cstdlib>

#include "blocks.h"

namespace nr {

void* malloc_listed(size_t size) { return malloc(size); }

void* calloc_listed(size_t size) { return calloc(1, size); }

void free_listed(BlockLink*) {}

}  // namespace nr
