#ifndef NR_V8_OPS_CRYPTO_KECCAK_H_
#define NR_V8_OPS_CRYPTO_KECCAK_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace nr::crypto {

/** Rates of the sponges of 128 and 256 bits of security, in bytes. */
inline constexpr size_t kKeccakRate128 = 168;
inline constexpr size_t kKeccakRate256 = 136;

/** The sponge of FIPS 202 on Keccak-p[1600]. A copy goes on from where the original is. */
class Keccak {
 public:
  /** `rounds`: 24 in SHA-3, 12 in RFC 9861. */
  Keccak(size_t rate, int rounds) : rate_(rate), rounds_(rounds) {}

  void absorb(std::span<const uint8_t> bytes);
  /** Ends the input; `suffix`: the bits of domain separation and the first of the padding. */
  void finish(uint8_t suffix);
  /** After finish. */
  void squeeze(uint8_t* out, size_t size);

 private:
  void add(size_t position, uint8_t byte) { lanes_[position / 8] ^= uint64_t{byte} << position % 8 * 8; }
  void next_block();
  void permute();

  uint64_t lanes_[25] = {};
  size_t rate_;
  size_t position_ = 0;
  int rounds_;
};

}  // namespace nr::crypto

#endif  // NR_V8_OPS_CRYPTO_KECCAK_H_
