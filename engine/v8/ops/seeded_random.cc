#include "ops/seeded_random.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace nr {
namespace {

/** splitmix64, which the authors of xoshiro fill its state with. */
uint64_t split(uint64_t* state) {
  uint64_t value = *state += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

}  // namespace

SeededRandom::SeededRandom(uint64_t seed, bool replaces_secrets) : replaces_secrets_(replaces_secrets) {
  for (uint64_t& part : state_) part = split(&seed);
}

uint64_t SeededRandom::next() {
  const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

void SeededRandom::fill(uint8_t* bytes, size_t length) {
  while (length > 0) {
    const uint64_t value = next();
    const size_t part = std::min(length, sizeof value);
    memcpy(bytes, &value, part);
    bytes += part;
    length -= part;
  }
}

}  // namespace nr
