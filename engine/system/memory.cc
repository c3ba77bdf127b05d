#include "system/memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace nr {

void* map_pages(size_t bytes) {
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

void unmap(void* memory, size_t bytes) { munmap(memory, bytes); }

bool make_read_only(void* memory, size_t bytes) { return mprotect(memory, bytes, PROT_READ) == 0; }

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

size_t resident_bytes(const void* start, size_t bytes) {
  constexpr size_t kPagesAtOnce = 512;
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  auto* at = static_cast<char*>(const_cast<void*>(start));
  size_t resident = 0;
  while (bytes > 0) {
    unsigned char seen[kPagesAtOnce];
    const size_t part = std::min(bytes, kPagesAtOnce * page);
    if (mincore(at, part, seen) != 0) return 0;
    resident += static_cast<size_t>(std::count_if(seen, seen + part / page, [](unsigned char it) { return it & 1; }));
    at += part;
    bytes -= part;
  }
  return resident * page;
}

size_t address_space_max() {
  // What a process has on x64 and arm64 without five-level tables.
  constexpr size_t kUserSpace = size_t{1} << 47;
  rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kUserSpace;
  return limit.rlim_cur < kUserSpace ? static_cast<size_t>(limit.rlim_cur) : kUserSpace;
}

size_t mappings_max() {
  // The kernel's default.
  size_t max = 65530;
  FILE* const file = fopen("/proc/sys/vm/max_map_count", "re");
  if (file == nullptr) return max;
  if (fscanf(file, "%zu", &max) != 1) max = 65530;
  fclose(file);
  return max;
}

size_t count_mappings() {
  const int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  size_t count = 0;
  char text[16384];
  for (ssize_t length; (length = read(file, text, sizeof text)) > 0;) {
    count += static_cast<size_t>(std::count(text, text + length, '\n'));
  }
  close(file);
  return count;
}

namespace {

bool could(size_t bytes, int protection) {
  void* const memory = mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return false;
  munmap(memory, bytes);
  return true;
}

}  // namespace

bool could_reserve(size_t bytes) { return could(bytes, PROT_NONE); }

bool could_map(size_t bytes) { return could(bytes, PROT_READ | PROT_WRITE); }

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
