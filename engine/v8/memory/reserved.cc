#include "memory/reserved.h"

#include <algorithm>

namespace nr {
namespace {

// The rest is the host's, V8's heaps' and code's.
constexpr size_t kAddressesPart = 8;
// Each piece is up to three mappings, as its pages are opened; heaps and the host need most of them.
constexpr size_t kMappingsPart = 8;

/** Twelve WebAssembly memories of 4 GiB, which those without a maximum take: more than programs have. */
constexpr size_t kBytesOfOne = size_t{48} << 30;
/** The part of what is left that one isolate may have, so that no few of them take all. */
constexpr size_t kPartOfOne = 8;

}  // namespace

ReservedLimits::ReservedLimits(size_t address_space, size_t mappings)
    : bytes_max_(address_space / kAddressesPart), count_max_(mappings / kMappingsPart) {}

bool ReservedLimits::admit(const Reserved& all, const Reserved& own, size_t length) const {
  const size_t bytes_left = bytes_max_ - std::min(all.bytes - own.bytes, bytes_max_);
  const size_t count_left = count_max_ - std::min(all.count - own.count, count_max_);
  if (own.count + 1 > count_left / kPartOfOne) return false;
  const size_t bytes_of_one = std::min(kBytesOfOne, bytes_left / kPartOfOne);
  return length <= bytes_of_one && own.bytes <= bytes_of_one - length;
}

}  // namespace nr
