// In place of malloc_glibc.cc where AddressSanitizer's allocator is in charge: nothing is counted or listed, so limits
// on what lies outside V8's heap do not hold in that build.

#include <cstdlib>

#include "memory/blocks.h"
#include "system/malloc.h"

extern "C" {

// libc++ tells which part of a container is in use. V8 is not instrumented and has some of the same containers; and
// GCC's runtime does not know of both kinds.
void __sanitizer_annotate_contiguous_container(const void*, const void*, const void*, const void*) {}
void __sanitizer_annotate_double_ended_contiguous_container(const void*, const void*, const void*, const void*,
                                                            const void*, const void*) {}

}  // extern "C"

namespace nr {

void* malloc_listed(size_t size) { return malloc(size); }

void* calloc_listed(size_t size) { return calloc(1, size); }

void free_listed(BlockLink*) {}

bool malloc_is_counted() { return false; }

void bound_malloc_retention() {}

void trim_arena() {}

void trim_malloc() {}

size_t left_in_arena(size_t) { return 0; }

}  // namespace nr
