#ifndef NR_V8_OPS_CRYPTO_ARGON2_H_
#define NR_V8_OPS_CRYPTO_ARGON2_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace nr::crypto {

/** By the numbers of RFC 9106. */
enum class Argon2Type : uint32_t { kD = 0, kI = 1, kId = 2 };

struct Argon2Block {
  uint64_t words[128];
};

struct Argon2Inputs {
  Argon2Type type;
  uint32_t lanes;
  /** In blocks (KiB) as asked for; at least 8 a lane. */
  uint32_t memory;
  uint32_t passes;
  std::span<const uint8_t> password;
  std::span<const uint8_t> nonce;
  std::span<const uint8_t> secret;
  std::span<const uint8_t> associated;
  size_t tag_size;
};

/**
 * Argon2 (RFC 9106) version 1.3 in steps, each of which ends soon. The work of all lanes is one thread's. An object,
 * its blocks and its tag lie one after the other in one piece of memory.
 */
class Argon2 {
 public:
  /** Bytes that a derivation takes. */
  static size_t size_of(const Argon2Inputs& inputs);
  /** Constructs one at `memory`, which must have that size and may hold anything. Null if libcrypto fails. */
  static Argon2* start(void* memory, const Argon2Inputs& inputs);

  enum class Progress { kMore, kDone, kFailed };
  Progress step();
  std::span<const uint8_t> tag() const { return {tag_bytes(), tag_size_}; }
  /** Leaves nothing of the secret behind. */
  void wipe();

 private:
  static constexpr uint32_t kSlices = 4;
  enum class Phase : uint32_t { kFirstBlocks, kFill, kFirstOfTag, kTag };

  Argon2Block* blocks() const;
  uint8_t* tag_bytes() const { return reinterpret_cast<uint8_t*>(blocks() + size_t{lane_length_} * lanes_); }
  Argon2Block& at(uint32_t lane, uint32_t column) const { return blocks()[size_t{lane} * lane_length_ + column]; }

  bool hash_inputs(const Argon2Inputs& inputs);
  bool make_first_blocks();
  bool is_first_segment() const { return pass_ == 0 && slice_ == 0; }
  void fill();
  void next_segment();
  void begin_segment();
  bool addresses_independently() const;
  void next_addresses();
  uint32_t reference_column(uint32_t random, bool same_lane) const;
  bool start_tag();
  bool extend_tag();

  Argon2Type type_;
  Phase phase_;
  uint32_t lanes_;
  uint32_t passes_;
  uint32_t lane_length_;
  uint32_t segment_length_;
  uint32_t pass_;
  uint32_t slice_;
  uint32_t lane_;
  /** Within the segment. */
  uint32_t index_;
  size_t tag_size_;
  size_t tag_done_;
  uint8_t seed_[64];
  Argon2Block addresses_;
  uint64_t address_counter_;
};

}  // namespace nr::crypto

#endif  // NR_V8_OPS_CRYPTO_ARGON2_H_
