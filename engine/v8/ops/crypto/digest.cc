// Digests, and functions of any length: cSHAKE (NIST SP 800-185), which libcrypto has only as a part of KMAC,
// TurboSHAKE and KangarooTwelve (RFC 9861).

#include <algorithm>
#include <vector>

#include "ops/crypto/bytes.h"
#include "ops/crypto/crypto.h"
#include "ops/crypto/keccak.h"
#include "ops/crypto/openssl.h"

namespace nr::crypto {
namespace {

/** By the numbers of prelude/webcrypto/native.ts. */
enum class Xof : uint32_t {
  kCshake128 = 16,
  kCshake256 = 17,
  kTurboShake128 = 18,
  kTurboShake256 = 19,
  kKangaroo128 = 20,
  kKangaroo256 = 21,
};

constexpr int kTurboRounds = 12;

void left_encode(std::vector<uint8_t>& out, uint64_t value) {
  uint8_t bytes[8];
  size_t count = 0;
  do {
    bytes[count++] = static_cast<uint8_t>(value);
    value >>= 8;
  } while (value != 0);
  out.push_back(static_cast<uint8_t>(count));
  while (count > 0) out.push_back(bytes[--count]);
}

void encode_string(std::vector<uint8_t>& out, const Bytes& text) {
  left_encode(out, uint64_t{text.size()} * 8);
  out.insert(out.end(), text.data(), text.data() + text.size());
}

bool cshake(bool wide, const Bytes& data, const Bytes& customization, const Bytes& name, const Output& output) {
  const bool plain = name.size() == 0 && customization.size() == 0;
  const char* const algorithm =
      plain ? (wide ? "SHAKE-256" : "SHAKE-128") : (wide ? "KECCAK-KMAC-256" : "KECCAK-KMAC-128");
  const std::unique_ptr<EVP_MD, Freed<EVP_MD_free>> md(EVP_MD_fetch(nullptr, algorithm, nullptr));
  const DigestContextPtr context(EVP_MD_CTX_new());
  if (EVP_DigestInit_ex2(context.get(), md.get(), nullptr) != 1) return false;
  if (!plain) {
    const size_t rate = wide ? kKeccakRate256 : kKeccakRate128;
    std::vector<uint8_t> prefix;
    left_encode(prefix, rate);
    encode_string(prefix, name);
    encode_string(prefix, customization);
    prefix.resize((prefix.size() + rate - 1) / rate * rate);
    if (EVP_DigestUpdate(context.get(), prefix.data(), prefix.size()) != 1) return false;
  }
  if (EVP_DigestUpdate(context.get(), data.data(), data.size()) != 1) return false;
  return output.size() == 0 || EVP_DigestFinalXOF(context.get(), output.data(), output.size()) == 1;
}

Keccak turbo_shake(bool wide) { return Keccak(wide ? kKeccakRate256 : kKeccakRate128, kTurboRounds); }

/** RFC 9861's length_encode: a number without leading zeros and how many bytes it has. */
std::span<const uint8_t> encode_length(uint64_t value, uint8_t (&room)[9]) {
  uint8_t count = 0;
  for (int shift = 56; shift >= 0; shift -= 8) {
    if (count > 0 || value >> shift != 0) room[count++] = static_cast<uint8_t>(value >> shift);
  }
  room[count] = count;
  return {room, size_t{count} + 1};
}

/** The message, the customization and its length, one after the other, in chunks that are hashed one by one. */
class Kangaroo {
 public:
  explicit Kangaroo(bool wide) : wide_(wide), node_(turbo_shake(wide)), leaf_(turbo_shake(wide)) {}

  void absorb(std::span<const uint8_t> bytes) {
    while (!bytes.empty()) {
      if (in_chunk_ == kChunk) next_chunk();
      const size_t taken = std::min(bytes.size(), kChunk - in_chunk_);
      (chunk_ == 0 ? node_ : leaf_).absorb(bytes.first(taken));
      in_chunk_ += taken;
      bytes = bytes.subspan(taken);
    }
  }

  void squeeze(const Output& output) {
    if (chunk_ == 0) {
      node_.finish(0x07);
    } else {
      finish_leaf();
      uint8_t leaves[9];
      node_.absorb(encode_length(chunk_, leaves));
      const uint8_t end[] = {0xff, 0xff};
      node_.absorb(end);
      node_.finish(0x06);
    }
    node_.squeeze(output.data(), output.size());
  }

 private:
  static constexpr size_t kChunk = 8192;

  void next_chunk() {
    if (chunk_ == 0) {
      const uint8_t marker[8] = {3};
      node_.absorb(marker);
    } else {
      finish_leaf();
    }
    chunk_++;
    in_chunk_ = 0;
  }

  void finish_leaf() {
    uint8_t value[64];
    const size_t size = wide_ ? 64 : 32;
    leaf_.finish(0x0b);
    leaf_.squeeze(value, size);
    node_.absorb({value, size});
    leaf_ = turbo_shake(wide_);
  }

  const bool wide_;
  Keccak node_;
  Keccak leaf_;
  uint64_t chunk_ = 0;
  size_t in_chunk_ = 0;
};

void kangaroo(bool wide, const Bytes& data, const Bytes& customization, const Output& output) {
  Kangaroo hash(wide);
  hash.absorb(data.span());
  hash.absorb(customization.span());
  uint8_t length[9];
  hash.absorb(encode_length(customization.size(), length));
  hash.squeeze(output);
}

/** (xof, data, output bytes, customization, function name or domain) */
void extendable(const OpInfo& info, Xof xof) {
  const Bytes data(info[2]);
  const Output output(info.GetIsolate(), to_uint32(info[3]));
  if (!output) return;
  const Bytes customization(info[4]);
  const bool wide = xof == Xof::kCshake256 || xof == Xof::kTurboShake256 || xof == Xof::kKangaroo256;
  switch (xof) {
    case Xof::kCshake128:
    case Xof::kCshake256:
      if (!cshake(wide, data, customization, Bytes(info[5]), output)) return;
      break;
    case Xof::kTurboShake128:
    case Xof::kTurboShake256: {
      Keccak keccak = turbo_shake(wide);
      keccak.absorb(data.span());
      keccak.finish(static_cast<uint8_t>(to_uint32(info[5])));
      keccak.squeeze(output.data(), output.size());
      break;
    }
    case Xof::kKangaroo128:
    case Xof::kKangaroo256:
      kangaroo(wide, data, customization, output);
      break;
  }
  info.GetReturnValue().Set(output.buffer());
}

}  // namespace

void op_digest(const OpInfo& info) {
  const uint32_t number = to_uint32(info[1]);
  if (number >= static_cast<uint32_t>(Xof::kCshake128) && number <= static_cast<uint32_t>(Xof::kKangaroo256)) {
    return extendable(info, static_cast<Xof>(number));
  }
  const EVP_MD* const hash = library().hash(number);
  if (hash == nullptr) return;
  const Bytes data(info[2]);
  uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (EVP_Digest(data.data(), data.size(), digest, &length, hash, nullptr) != 1) return;
  v8::Local<v8::ArrayBuffer> result;
  if (new_buffer(info.GetIsolate(), {digest, length}).ToLocal(&result)) info.GetReturnValue().Set(result);
}

}  // namespace nr::crypto
