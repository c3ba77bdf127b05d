#ifndef NR_V8_OPS_SEEDED_RANDOM_H_
#define NR_V8_OPS_SEEDED_RANDOM_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace nr {

/** The same numbers for the same seed, on every machine: xoshiro256**, https://prng.di.unimi.it. Whoever has seen some
 * of them knows the rest. */
class SeededRandom {
 public:
  /** @param replaces_secrets whether it gives also what is to be a secret: keys, crypto.getRandomValues */
  SeededRandom(uint64_t seed, bool replaces_secrets);

  bool replaces_secrets() const { return replaces_secrets_; }
  uint64_t next();
  void fill(uint8_t* bytes, size_t length);

 private:
  const bool replaces_secrets_;
  std::array<uint64_t, 4> state_;
};

}  // namespace nr

#endif  // NR_V8_OPS_SEEDED_RANDOM_H_
