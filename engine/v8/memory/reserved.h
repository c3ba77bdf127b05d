#ifndef NR_V8_MEMORY_RESERVED_H_
#define NR_V8_MEMORY_RESERVED_H_

#include <cstddef>

namespace nr {

/** Addresses that are taken for memory that may grow: resizable buffers and WebAssembly memories. They cost no memory,
 * but a process has only so many, and so many mappings. */
struct Reserved {
  size_t bytes = 0;
  size_t count = 0;

  void add(size_t length) {
    bytes += length;
    count++;
  }
  void remove(size_t length) {
    bytes -= length;
    count--;
  }
};

/** What guests may reserve: all together a part of what the process may have, each a part of what the others leave. */
class ReservedLimits {
 public:
  ReservedLimits(size_t address_space, size_t mappings);

  /** Whether one who has `own` of what `all` have may reserve this many bytes more, in one piece. */
  bool admit(const Reserved& all, const Reserved& own, size_t length) const;

 private:
  const size_t bytes_max_;
  const size_t count_max_;
};

}  // namespace nr

#endif  // NR_V8_MEMORY_RESERVED_H_
