#include "system/memory.h"

#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace nr {

void* map_pages(size_t bytes) {
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

void unmap(void* memory, size_t bytes) { munmap(memory, bytes); }

void close_pages(void* memory, size_t bytes) {
  mmap(memory, bytes, PROT_NONE, MAP_FIXED | MAP_ANONYMOUS | MAP_PRIVATE | MAP_NORESERVE, -1, 0);
}

void zero_pages(void* memory, size_t bytes) {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto start = reinterpret_cast<uintptr_t>(memory);
  const uintptr_t end = start + bytes;
  const uintptr_t first = (start + page - 1) & ~(page - 1);
  const uintptr_t last = end & ~(page - 1);
  // Locked pages, and those of files, are not the system's to zero.
  if (first >= last || madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED) != 0) {
    memset(memory, 0, bytes);
    return;
  }
  memset(memory, 0, first - start);
  memset(reinterpret_cast<void*>(last), 0, end - last);
}

bool random_bytes(void* memory, size_t bytes) {
  auto* const data = static_cast<uint8_t*>(memory);
  for (size_t done = 0; done < bytes;) {
    const ssize_t got = getrandom(data + done, bytes - done, 0);
    if (got < 0 && errno != EINTR) return false;
    if (got > 0) done += static_cast<size_t>(got);
  }
  return true;
}

}  // namespace nr
