// AES in its modes, and ChaCha20-Poly1305.

#include <openssl/core_names.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "ops/crypto/bytes.h"
#include "ops/crypto/crypto.h"
#include "ops/crypto/openssl.h"

namespace nr::crypto {
namespace {

using CipherPtr = std::unique_ptr<EVP_CIPHER, Freed<EVP_CIPHER_free>>;

/** By the numbers of prelude/webcrypto/native.ts. */
enum class Mode : uint32_t { kCbc = 1, kCtr = 2, kGcm = 3, kKw = 4, kOcb = 5, kChaCha20Poly1305 = 6 };

constexpr size_t kBlock = 16;
// libcrypto counts in int.
constexpr size_t kPieceMax = size_t{1} << 30;

CipherPtr fetch(Mode mode, size_t key_size) {
  if (mode == Mode::kChaCha20Poly1305) {
    return CipherPtr(key_size == 32 ? EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr) : nullptr);
  }
  if (key_size != 16 && key_size != 24 && key_size != 32) return nullptr;
  const char* const suffixes[] = {"CBC", "CTR", "GCM", "WRAP", "OCB"};
  char name[16];
  snprintf(name, sizeof name, "AES-%zu-%s", key_size * 8, suffixes[static_cast<uint32_t>(mode) - 1]);
  return CipherPtr(EVP_CIPHER_fetch(nullptr, name, nullptr));
}

struct Request {
  const EVP_CIPHER* const cipher;
  const bool encrypt;
  const Bytes key;
  const Bytes iv;
  const Bytes data;
  const Bytes additional;
  /** AEAD: bytes of the tag. */
  const size_t tag_size;
};

/** Null: out of it. */
uint8_t* update(EVP_CIPHER_CTX* context, uint8_t* out, const uint8_t* data, size_t size) {
  while (size > 0) {
    const size_t piece = std::min(size, kPieceMax);
    int written = 0;
    if (EVP_CipherUpdate(context, out, &written, data, static_cast<int>(piece)) != 1) return nullptr;
    out += written;
    data += piece;
    size -= piece;
  }
  return out;
}

void give(const OpInfo& info, std::span<const uint8_t> bytes) {
  v8::Local<v8::ArrayBuffer> result;
  if (new_buffer(info.GetIsolate(), bytes).ToLocal(&result)) info.GetReturnValue().Set(result);
}

/** Block modes whose output may be shorter than what libcrypto wants room for. */
void block_mode(const OpInfo& info, const Request& request, EVP_CIPHER_CTX* context, bool wrap) {
  if (wrap) EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  const uint8_t* const iv = wrap ? nullptr : request.iv.data();
  if (!wrap && request.iv.size() != kBlock) return;
  if (wrap && request.data.size() > kPieceMax) return;
  if (EVP_CipherInit_ex2(context, request.cipher, request.key.data(), iv, request.encrypt, nullptr) != 1) return;
  // Asked of the isolate's limit first: a vector of ours would only be counted.
  const Output room(info.GetIsolate(), request.data.size() + 2 * kBlock);
  if (!room) return;
  uint8_t* const end = update(context, room.data(), request.data.data(), request.data.size());
  int rest = 0;
  const bool ok = end != nullptr && EVP_CipherFinal_ex(context, end, &rest) == 1;
  if (ok) give(info, {room.data(), static_cast<size_t>(end - room.data()) + static_cast<size_t>(rest)});
  OPENSSL_cleanse(room.data(), room.size());
}

void authenticated_mode(const OpInfo& info, const Request& request, EVP_CIPHER_CTX* context) {
  const size_t tag_size = request.tag_size;
  const size_t data_size = request.data.size();
  if (!request.encrypt && data_size < tag_size) return;
  const size_t text_size = request.encrypt ? data_size : data_size - tag_size;
  const int tag_int = static_cast<int>(tag_size);
  if (EVP_CipherInit_ex2(context, request.cipher, nullptr, nullptr, request.encrypt, nullptr) != 1) return;
  if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(request.iv.size()), nullptr) != 1) return;
  auto* const tag = const_cast<uint8_t*>(request.encrypt ? nullptr : request.data.data() + text_size);
  // OCB's tag length goes into the computation, and comes before the tag itself.
  if (EVP_CIPHER_get_mode(request.cipher) == EVP_CIPH_OCB_MODE &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_int, nullptr) != 1) {
    return;
  }
  if (tag != nullptr && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_int, tag) != 1) return;
  if (EVP_CipherInit_ex2(context, nullptr, request.key.data(), request.iv.data(), request.encrypt, nullptr) != 1)
    return;
  const Output output(info.GetIsolate(), request.encrypt ? data_size + tag_size : text_size);
  if (!output) return;
  int count = 0;
  if (request.additional.size() > kPieceMax) return;
  if (request.additional.size() > 0 && EVP_CipherUpdate(context, nullptr, &count, request.additional.data(),
                                                        static_cast<int>(request.additional.size())) != 1) {
    return;
  }
  // An empty buffer has no address.
  uint8_t nothing[kBlock];
  uint8_t* const out = output.size() == 0 ? nothing : output.data();
  uint8_t* const end = update(context, out, request.data.data(), text_size);
  if (end == nullptr || EVP_CipherFinal_ex(context, end, &count) != 1) {
    OPENSSL_cleanse(out, output.size());
    return;
  }
  if (request.encrypt && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, tag_int, output.data() + text_size) != 1) {
    return;
  }
  info.GetReturnValue().Set(output.buffer());
}

/** Blocks until the counter's lower bits are all zero again; saturated. */
uint64_t blocks_until_wrap(const uint8_t* counter, uint32_t bits) {
  uint64_t value = 0;
  for (uint32_t bit = 0; bit < bits; bit++) {
    const uint8_t byte = counter[kBlock - 1 - bit / 8];
    const bool set = (byte >> (bit % 8) & 1) != 0;
    if (bit < 63) {
      if (set) value |= uint64_t{1} << bit;
    } else if (!set) {
      return UINT64_MAX;
    }
  }
  if (bits >= 63) {
    // All upper bits are set: what is left are the lower 63.
    return (uint64_t{1} << 63) - value;
  }
  return (uint64_t{1} << bits) - value;
}

/** The counter is the lower `bits` of the block and wraps without a carry, which libcrypto's own would have. */
void counter_mode(const OpInfo& info, const Request& request, EVP_CIPHER_CTX* context, uint32_t bits) {
  if (bits < 1 || bits > 128 || request.iv.size() != kBlock) return;
  const size_t size = request.data.size();
  const uint64_t blocks = size / kBlock + (size % kBlock != 0 ? 1 : 0);
  if (bits < 63 && blocks > uint64_t{1} << bits) return;
  const Output output(info.GetIsolate(), size);
  if (!output) return;
  uint8_t counter[kBlock];
  memcpy(counter, request.iv.data(), kBlock);
  const uint64_t left = blocks_until_wrap(counter, bits);
  const size_t first = left >= blocks ? size : static_cast<size_t>(left) * kBlock;
  if (EVP_CipherInit_ex2(context, request.cipher, request.key.data(), counter, 1, nullptr) != 1) return;
  if (update(context, output.data(), request.data.data(), first) == nullptr && first > 0) return;
  if (first < size) {
    for (uint32_t bit = 0; bit < bits; bit++) counter[kBlock - 1 - bit / 8] &= static_cast<uint8_t>(~(1u << bit % 8));
    if (EVP_CipherInit_ex2(context, request.cipher, request.key.data(), counter, 1, nullptr) != 1) return;
    if (update(context, output.data() + first, request.data.data() + first, size - first) == nullptr) return;
  }
  info.GetReturnValue().Set(output.buffer());
}

}  // namespace

void op_cipher(const OpInfo& info) {
  const uint32_t number = to_uint32(info[1]);
  if (number < static_cast<uint32_t>(Mode::kCbc) || number > static_cast<uint32_t>(Mode::kChaCha20Poly1305)) return;
  const auto mode = static_cast<Mode>(number);
  const Bytes key(info[3]);
  const CipherPtr cipher = fetch(mode, key.size());
  if (cipher == nullptr) return;
  const uint32_t bits = to_uint32(info[7]);
  const Request request{cipher.get(),   info[2]->IsTrue(), Bytes(info[3]), Bytes(info[4]),
                        Bytes(info[5]), Bytes(info[6]),    bits / 8};
  const CipherContextPtr context(EVP_CIPHER_CTX_new());
  switch (mode) {
    case Mode::kCbc:
      return block_mode(info, request, context.get(), false);
    case Mode::kKw:
      return block_mode(info, request, context.get(), true);
    case Mode::kCtr:
      return counter_mode(info, request, context.get(), bits);
    case Mode::kGcm:
    case Mode::kOcb:
    case Mode::kChaCha20Poly1305:
      return authenticated_mode(info, request, context.get());
  }
}

}  // namespace nr::crypto
