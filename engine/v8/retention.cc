#include "retention.h"

#include <malloc.h>

#include <cstddef>
#include <cstdlib>

#include "budget.h"
#include "shim.h"

namespace nr {
namespace {

// By default glibc learns from large allocations to keep up to 64 MB in the arena of each thread, and the arena of a
// thread that was ended is hardly used again. Messages of a megabyte or two stay below, so that their pages need not be
// made anew each time.
constexpr int kMappedFrom = 4 << 20;
constexpr int kKept = 8 << 20;
// glibc looks at the arena when a block of at least 64 KiB is freed.
constexpr int kLookedAt = 128 << 10;

}  // namespace

void bound_malloc_retention() {
  mallopt(M_MMAP_THRESHOLD, kMappedFrom);
  mallopt(M_TRIM_THRESHOLD, kKept);
}

void trim_arena() {
  AttributionScope nobody(nullptr);
  mallopt(M_TRIM_THRESHOLD, kLookedAt);
  // Volatile, or the compiler sees that nobody uses it.
  void* volatile block = malloc(kLookedAt);
  free(block);
  mallopt(M_TRIM_THRESHOLD, kKept);
}

}  // namespace nr

extern "C" void nrv8_thread_trim(void) { nr::trim_arena(); }
