#include "ops/crypto/argon2.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

#include "ops/crypto/openssl.h"

namespace nr::crypto {
namespace {

constexpr size_t kBlockBytes = sizeof(Argon2Block);
constexpr size_t kHashBytes = 64;
constexpr uint32_t kVersion = 0x13;
/** Below a millisecond's work each. */
constexpr uint32_t kBlocksPerStep = 512;
constexpr uint32_t kLanesPerStep = 16;
constexpr uint32_t kHashesPerStep = 1024;

/** BLAKE2b of a length of choice. */
class Blake2b {
 public:
  explicit Blake2b(size_t size) : size_(size), context_(EVP_MD_CTX_new()) {
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_size_t(OSSL_DIGEST_PARAM_SIZE, &size_),
                                 OSSL_PARAM_construct_end()};
    ok_ = EVP_DigestInit_ex2(context_.get(), library().blake2b, params) == 1;
  }

  Blake2b& add(std::span<const uint8_t> bytes) {
    ok_ = ok_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
    return *this;
  }
  Blake2b& add(uint32_t number) {
    const uint8_t bytes[] = {static_cast<uint8_t>(number), static_cast<uint8_t>(number >> 8),
                             static_cast<uint8_t>(number >> 16), static_cast<uint8_t>(number >> 24)};
    return add(bytes);
  }
  Blake2b& add_sized(std::span<const uint8_t> bytes) { return add(static_cast<uint32_t>(bytes.size())).add(bytes); }

  bool finish(uint8_t* out) { return ok_ && EVP_DigestFinal_ex(context_.get(), out, nullptr) == 1; }

 private:
  size_t size_;
  const DigestContextPtr context_;
  bool ok_;
};

uint64_t mix(uint64_t x, uint64_t y) {
  return x + y + 2 * uint64_t{static_cast<uint32_t>(x)} * static_cast<uint32_t>(y);
}

void quarter(uint64_t& a, uint64_t& b, uint64_t& c, uint64_t& d) {
  a = mix(a, b);
  d = std::rotr(d ^ a, 32);
  c = mix(c, d);
  b = std::rotr(b ^ c, 24);
  a = mix(a, b);
  d = std::rotr(d ^ a, 16);
  c = mix(c, d);
  b = std::rotr(b ^ c, 63);
}

/** The permutation P of 16 words, of which `v(i)` is the i-th. */
template <typename Word>
void permute(Word v) {
  for (int i = 0; i < 4; i++) quarter(v(i), v(i + 4), v(i + 8), v(i + 12));
  for (int i = 0; i < 4; i++) quarter(v(i), v((i + 1) % 4 + 4), v((i + 2) % 4 + 8), v((i + 3) % 4 + 12));
}

/** G of the two, xored into what is there if that is kept. */
void compress(const Argon2Block& x, const Argon2Block& y, bool keep, Argon2Block* out) {
  Argon2Block r;
  Argon2Block q;
  for (int i = 0; i < 128; i++) r.words[i] = x.words[i] ^ y.words[i];
  q = r;
  for (int row = 0; row < 8; row++) permute([&](int i) -> uint64_t& { return q.words[row * 16 + i]; });
  for (int column = 0; column < 8; column++) {
    permute([&](int i) -> uint64_t& { return q.words[i / 2 * 16 + column * 2 + i % 2]; });
  }
  for (int i = 0; i < 128; i++) out->words[i] = (keep ? out->words[i] : 0) ^ r.words[i] ^ q.words[i];
}

}  // namespace

Argon2Block* Argon2::blocks() const {
  static_assert(sizeof(Argon2) % alignof(Argon2Block) == 0);
  return reinterpret_cast<Argon2Block*>(const_cast<Argon2*>(this) + 1);
}

size_t Argon2::size_of(const Argon2Inputs& inputs) {
  const size_t blocks = inputs.memory / (kSlices * inputs.lanes) * size_t{kSlices} * inputs.lanes;
  return sizeof(Argon2) + blocks * kBlockBytes + inputs.tag_size;
}

Argon2* Argon2::start(void* memory, const Argon2Inputs& inputs) {
  auto* const self = new (memory) Argon2();
  self->type_ = inputs.type;
  self->phase_ = Phase::kFirstBlocks;
  self->lanes_ = inputs.lanes;
  self->passes_ = inputs.passes;
  self->segment_length_ = inputs.memory / (kSlices * inputs.lanes);
  self->lane_length_ = self->segment_length_ * kSlices;
  self->pass_ = self->slice_ = self->lane_ = self->index_ = 0;
  self->tag_size_ = inputs.tag_size;
  self->tag_done_ = 0;
  return self->hash_inputs(inputs) ? self : nullptr;
}

/** H0. */
bool Argon2::hash_inputs(const Argon2Inputs& inputs) {
  Blake2b hash(kHashBytes);
  hash.add(inputs.lanes).add(static_cast<uint32_t>(inputs.tag_size)).add(inputs.memory).add(inputs.passes);
  hash.add(kVersion).add(static_cast<uint32_t>(inputs.type));
  hash.add_sized(inputs.password).add_sized(inputs.nonce).add_sized(inputs.secret).add_sized(inputs.associated);
  return hash.finish(seed_);
}

Argon2::Progress Argon2::step() {
  bool ok = true;
  switch (phase_) {
    case Phase::kFirstBlocks:
      ok = make_first_blocks();
      break;
    case Phase::kFill:
      fill();
      break;
    case Phase::kFirstOfTag:
      ok = start_tag();
      break;
    case Phase::kTag:
      ok = extend_tag();
      break;
  }
  if (!ok) return Progress::kFailed;
  return phase_ == Phase::kTag && tag_done_ == tag_size_ ? Progress::kDone : Progress::kMore;
}

/** The two blocks that each lane begins with: H' of 1024 bytes. */
bool Argon2::make_first_blocks() {
  const uint32_t end = lane_ + std::min(kLanesPerStep, lanes_ - lane_);
  for (; lane_ < end; lane_++) {
    for (uint32_t column = 0; column < 2; column++) {
      uint8_t chain[kHashBytes];
      if (!Blake2b(kHashBytes).add(kBlockBytes).add(seed_).add(column).add(lane_).finish(chain)) return false;
      auto* const out = reinterpret_cast<uint8_t*>(&at(lane_, column));
      size_t done = 0;
      // Halves of a chain of hashes, and all of its last.
      for (; done < kBlockBytes - kHashBytes; done += kHashBytes / 2) {
        memcpy(out + done, chain, kHashBytes / 2);
        if (!Blake2b(kHashBytes).add(chain).finish(chain)) return false;
      }
      memcpy(out + done, chain, kHashBytes);
      OPENSSL_cleanse(chain, sizeof chain);
    }
  }
  if (lane_ < lanes_) return true;
  phase_ = Phase::kFill;
  lane_ = 0;
  begin_segment();
  return true;
}

bool Argon2::addresses_independently() const {
  return type_ == Argon2Type::kI || (type_ == Argon2Type::kId && pass_ == 0 && slice_ < kSlices / 2);
}

void Argon2::next_addresses() {
  const Argon2Block zero = {};
  Argon2Block input = {};
  const uint64_t numbers[] = {
      pass_, lane_, slice_, uint64_t{lane_length_} * lanes_, passes_, static_cast<uint64_t>(type_), ++address_counter_};
  memcpy(input.words, numbers, sizeof numbers);
  compress(zero, input, false, &addresses_);
  const Argon2Block once = addresses_;
  compress(zero, once, false, &addresses_);
}

/** Which block of its lane a pseudo-random number means. */
uint32_t Argon2::reference_column(uint32_t random, bool same_lane) const {
  // Blocks that are there: of this pass the finished segments, of the last one those still to be replaced.
  uint64_t area = pass_ == 0 ? uint64_t{slice_} * segment_length_ : lane_length_ - segment_length_;
  if (same_lane) area += index_;
  if (same_lane || index_ == 0) area--;
  const uint64_t square = uint64_t{random} * random >> 32;
  const uint64_t relative = area - 1 - (area * square >> 32);
  const uint64_t first = pass_ == 0 || slice_ == kSlices - 1 ? 0 : uint64_t{slice_ + 1} * segment_length_;
  return static_cast<uint32_t>((first + relative) % lane_length_);
}

void Argon2::fill() {
  for (uint32_t budget = kBlocksPerStep; budget > 0 && phase_ == Phase::kFill; budget--) {
    if (index_ >= segment_length_) {
      next_segment();
      continue;
    }
    const bool independent = addresses_independently();
    if (independent && index_ % 128 == 0) next_addresses();
    const uint32_t column = slice_ * segment_length_ + index_;
    const Argon2Block& previous = at(lane_, column == 0 ? lane_length_ - 1 : column - 1);
    const uint64_t random = independent ? addresses_.words[index_ % 128] : previous.words[0];
    const uint32_t other = is_first_segment() ? lane_ : static_cast<uint32_t>((random >> 32) % lanes_);
    const Argon2Block& reference = at(other, reference_column(static_cast<uint32_t>(random), other == lane_));
    compress(previous, reference, pass_ > 0, &at(lane_, column));
    index_++;
  }
}

/** The slice's other lanes, then the next slice, then the next pass. */
void Argon2::next_segment() {
  if (++lane_ == lanes_) {
    lane_ = 0;
    if (++slice_ == kSlices) {
      slice_ = 0;
      if (++pass_ == passes_) {
        phase_ = Phase::kFirstOfTag;
        return;
      }
    }
  }
  begin_segment();
}

void Argon2::begin_segment() {
  // A lane's first two blocks are there already.
  index_ = is_first_segment() ? 2 : 0;
  address_counter_ = 0;
  if (index_ > 0 && addresses_independently()) next_addresses();
}

/** H' of the lanes' last blocks. */
bool Argon2::start_tag() {
  // Some at a time: there may be many lanes. The first block is not needed any more.
  Argon2Block& sum = at(0, lane_length_ - 1);
  const uint32_t end = lane_ + std::min(kBlocksPerStep, lanes_ - lane_);
  for (; lane_ < end; lane_++) {
    if (lane_ == 0) continue;
    const Argon2Block& last = at(lane_, lane_length_ - 1);
    for (int i = 0; i < 128; i++) sum.words[i] ^= last.words[i];
  }
  if (lane_ < lanes_) return true;
  phase_ = Phase::kTag;
  const std::span<const uint8_t> bytes(reinterpret_cast<const uint8_t*>(sum.words), kBlockBytes);
  const size_t size = std::min(tag_size_, kHashBytes);
  if (!Blake2b(size).add(static_cast<uint32_t>(tag_size_)).add(bytes).finish(seed_)) return false;
  if (tag_size_ > kHashBytes) return true;
  memcpy(tag_bytes(), seed_, tag_size_);
  tag_done_ = tag_size_;
  return true;
}

bool Argon2::extend_tag() {
  for (uint32_t budget = kHashesPerStep; budget > 0 && tag_done_ < tag_size_; budget--) {
    const size_t left = tag_size_ - tag_done_;
    const size_t taken = left > kHashBytes ? kHashBytes / 2 : left;
    memcpy(tag_bytes() + tag_done_, seed_, taken);
    tag_done_ += taken;
    const size_t next = std::min(tag_size_ - tag_done_, kHashBytes);
    if (next > 0 && !Blake2b(next).add({seed_, kHashBytes}).finish(seed_)) return false;
  }
  return true;
}

void Argon2::wipe() {
  const size_t size = static_cast<size_t>(tag_bytes() + tag_size_ - reinterpret_cast<uint8_t*>(this));
  memset(static_cast<void*>(this), 0, size);
}

}  // namespace nr::crypto
