// The library's own malloc, hidden from the rest of the process: glibc's, with the budget of whoever allocated in front
// of each block. V8's zones, ICU and every vector behind V8's limits are counted by it.
//
// A block may also come from glibc itself (getline, realpath) and be freed here: the word before a block tells, because
// glibc keeps a size there whose upper half is never the mark.

#include <malloc.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "engine.h"
#include "memory/blocks.h"
#include "memory/budget.h"
#include "system/malloc.h"
#include "system/memory.h"

extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* block, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* block);
}

namespace {

// By default glibc learns from large allocations to keep up to 64 MB in the arena of each thread, and the arena of a
// thread that was ended is hardly used again. Messages of a megabyte or two stay below, so that their pages need not be
// made anew each time.
constexpr int kMappedFrom = 4 << 20;
constexpr int kKept = 8 << 20;
// glibc looks at the arena when a block of at least 64 KiB is freed.
constexpr int kLookedAt = 128 << 10;

constexpr uint64_t kMark = uint64_t{0x5ec2} << 48;
constexpr uint64_t kMarkMask = uint64_t{0xffff} << 48;
constexpr size_t kSizeMax = (size_t{1} << 47) - 1;
constexpr size_t kAlignment = 16;
// Blocks of this size are taken back from an isolate whose thread died. What V8 and ICU share between isolates is
// smaller.
constexpr size_t kListedMin = size_t{1} << 20;
constexpr size_t kLargeMin = size_t{256} << 10;

/** What glibc has at the beginning of each of its heaps. */
struct Heap {
  const void* arena;
  const Heap* previous;
};
constexpr size_t kHeapBytes = size_t{64} << 20;
/** In an arena, the pointer to the rest of its newest heap. Elsewhere in a glibc to come: what is there is checked. */
constexpr size_t kTopAt = 96;

const Heap* heap_of(const void* inside) {
  const auto* const place = static_cast<const char*>(inside);
  return reinterpret_cast<const Heap*>(place - reinterpret_cast<uintptr_t>(place) % kHeapBytes);
}

/** Directly in front of each block. */
struct Header {
  /** The budget's address; in the upper 16 bits the distance from the start of glibc's block in powers of two, and
   * whether the block is on its budget's list. */
  uint64_t budget_and_shift;
  uint64_t mark_and_size;
};
static_assert(sizeof(Header) == kAlignment);
constexpr uint64_t kListed = uint64_t{1} << 63;
constexpr size_t kPlainShift = 4;
/** Room for a BlockLink and the header. */
constexpr size_t kListedShift = 5;

Header* header_of(void* block) { return static_cast<Header*>(block) - 1; }

bool is_ours(const Header* header) { return (header->mark_and_size & kMarkMask) == kMark; }

size_t size_of(const Header* header) { return header->mark_and_size & ~kMarkMask; }

nr::Budget* budget_of(const Header* header) {
  return reinterpret_cast<nr::Budget*>(header->budget_and_shift & ~kMarkMask);
}

size_t shift_of(const Header* header) { return header->budget_and_shift >> 48 & 63; }

bool is_listed(const Header* header) { return (header->budget_and_shift & kListed) != 0; }

nr::BlockLink* link_of(Header* header) { return reinterpret_cast<nr::BlockLink*>(header) - 1; }

void* start_of(Header* header) { return reinterpret_cast<char*>(header + 1) - (size_t{1} << shift_of(header)); }

/** ICU and V8's own containers do not check what malloc gives. Past the hard line the isolate ends right here. Only for
 * large blocks: nobody grows one of those while it holds a lock that other isolates share. */
void check_line(size_t bytes) {
  const nr::ThreadState& thread = nr::thread_state;
  if (bytes < kLargeMin || thread.budget == nullptr || thread.isolate == nullptr) return;
  if (!thread.budget->malloc_exhausted(bytes)) return;
  thread.budget->note_exceeded();
  nr::end_for_memory();
}

/** Makes a block of what glibc gave: writes the header, charges the thread's budget, puts it on its list if it is to.
 */
void* finish(void* start, size_t shift, size_t size, bool listed) {
  if (start == nullptr) return nullptr;
  nr::Budget* const budget = nr::thread_state.budget;
  char* const block = static_cast<char*>(start) + (size_t{1} << shift);
  Header* const header = header_of(block);
  *header = {reinterpret_cast<uint64_t>(budget) | uint64_t{shift} << 48, kMark | size};
  if (budget == nullptr) return block;
  budget->add_block(size + sizeof(Header));
  if (listed) {
    header->budget_and_shift |= kListed;
    budget->list_block(link_of(header));
  }
  return block;
}

bool lists(size_t size) { return size >= kListedMin; }
size_t shift_for(size_t size) { return lists(size) ? kListedShift : kPlainShift; }

void* refuse() {
  errno = ENOMEM;
  return nullptr;
}

/** Credits the block and leaves it without its mark. */
void* retire(Header* header) {
  void* const start = start_of(header);
  nr::Budget* const budget = budget_of(header);
  const size_t size = size_of(header);
  if (is_listed(header)) budget->unlist_block(link_of(header));
  header->mark_and_size = 0;
  if (budget != nullptr) budget->remove_block(size + sizeof(Header));
  return start;
}

}  // namespace

extern "C" {

void* malloc(size_t size) {
  if (size > kSizeMax) return refuse();
  check_line(size);
  const size_t shift = shift_for(size);
  return finish(__libc_malloc(size + (size_t{1} << shift)), shift, size, lists(size));
}

void* calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > kSizeMax) return refuse();
  check_line(bytes);
  const size_t shift = shift_for(bytes);
  return finish(__libc_calloc(1, bytes + (size_t{1} << shift)), shift, bytes, lists(bytes));
}

void free(void* block) {
  if (block == nullptr) return;
  Header* const header = header_of(block);
  __libc_free(is_ours(header) ? retire(header) : block);
}

void* realloc(void* block, size_t size) {
  if (block == nullptr) return malloc(size);
  Header* const header = header_of(block);
  if (!is_ours(header)) return __libc_realloc(block, size);
  if (size > kSizeMax) return refuse();
  if (size == 0) {
    free(block);
    return nullptr;
  }
  if (size > size_of(header)) check_line(size);
  const size_t shift = shift_of(header);
  const size_t old_size = size_of(header);
  if (shift == shift_for(size)) {
    // In place or moved by glibc, header included; whoever grows it pays for all of it.
    const Header before = *header;
    if (is_listed(header)) budget_of(header)->unlist_block(link_of(header));
    void* const start = __libc_realloc(start_of(header), size + (size_t{1} << shift));
    if (start == nullptr) {
      if (is_listed(header)) budget_of(header)->list_block(link_of(header));
      return nullptr;
    }
    if (nr::Budget* const payer = budget_of(&before)) payer->remove_block(old_size + sizeof(Header));
    return finish(start, shift, size, lists(size));
  }
  void* const moved = malloc(size);
  if (moved == nullptr) return nullptr;
  memcpy(moved, block, old_size < size ? old_size : size);
  free(block);
  return moved;
}

void* memalign(size_t alignment, size_t size) {
  if (size > kSizeMax || alignment > kSizeMax) return refuse();
  if (alignment <= kAlignment) return malloc(size);
  check_line(size);
  const size_t shift = 64 - static_cast<size_t>(__builtin_clzll(alignment - 1));
  return finish(__libc_memalign(size_t{1} << shift, size + (size_t{1} << shift)), shift, size, false);
}

void* aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void** out, size_t alignment, size_t size) {
  void* const block = memalign(alignment, size);
  if (block == nullptr) return ENOMEM;
  *out = block;
  return 0;
}

size_t malloc_usable_size(void* block) {
  if (block == nullptr) return 0;
  const Header* const header = header_of(block);
  // Of glibc's own blocks the word is the chunk's size, itself included, and three flags.
  return is_ours(header) ? size_of(header) : (header->mark_and_size & ~uint64_t{7}) - sizeof(uint64_t);
}

}  // extern "C"

namespace nr {

void* malloc_listed(size_t size) {
  if (size > kSizeMax) return refuse();
  return finish(__libc_malloc(size + (size_t{1} << kListedShift)), kListedShift, size, true);
}

void* calloc_listed(size_t size) {
  if (size > kSizeMax) return refuse();
  return finish(__libc_calloc(1, size + (size_t{1} << kListedShift)), kListedShift, size, true);
}

void free_listed(BlockLink* link) { free(reinterpret_cast<Header*>(link + 1) + 1); }

bool malloc_is_counted() { return true; }

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

void trim_malloc() { malloc_trim(0); }

/** glibc gives an arena to another thread when it has made as many as it makes: what was left there before is no news.
 */
size_t count_left(const void* arena, size_t bytes) {
  constexpr size_t kArenasMax = 1024;
  static std::mutex mutex;
  static struct {
    const void* arena;
    size_t bytes;
  } left[kArenasMax];
  std::lock_guard lock(mutex);
  for (auto& [of, before] : left) {
    if (of != nullptr && of != arena) continue;
    of = arena;
    const size_t more = bytes > before ? bytes - before : 0;
    before += more;
    return more;
  }
  return 0;
}

/** glibc keeps the blocks of all arenas but the first in heaps that are aligned to their size, and says so in the word
 * in front of each block. A heap begins with its arena and the heap before it; the arena knows the end of its newest
 * heap. */
size_t left_in_arena(size_t bytes_max) {
  constexpr uint64_t kOfOtherArena = 4;
  // What is small may come from a thread's cache, and thus from another thread's arena.
  constexpr size_t kNotCached = 4096;
  AttributionScope nobody(nullptr);
  void* const block = malloc(kNotCached);
  if (block == nullptr) return 0;
  const auto* const start = static_cast<const char*>(start_of(header_of(block)));
  const bool is_of_heap = (reinterpret_cast<const uint64_t*>(start)[-1] & kOfOtherArena) != 0;
  free(block);
  if (!is_of_heap) return 0;
  const Heap* heap = heap_of(start);
  const void* const arena = heap->arena;
  const Heap* const newest = heap_of(*reinterpret_cast<const char* const*>(static_cast<const char*>(arena) + kTopAt));
  if (resident_bytes(newest, kHeapBytes) != 0 && newest->arena == arena) heap = newest;
  size_t resident = 0;
  for (; heap == heap_of(heap) && heap->arena == arena; heap = heap->previous) {
    const size_t of_heap = resident_bytes(heap, kHeapBytes);
    resident += of_heap;
    if (of_heap == 0 || heap->previous == nullptr) break;
  }
  return count_left(arena, resident < bytes_max ? resident : bytes_max);
}

}  // namespace nr
