// Digests, and cSHAKE (NIST SP 800-185), which libcrypto has only as a part of KMAC.

#include <vector>

#include "bytes.h"
#include "crypto.h"
#include "openssl.h"

namespace nr::crypto {
namespace {

constexpr size_t kRate128 = 168;
constexpr size_t kRate256 = 136;

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

/** (bits 128 or 256, data, function name, customization, output bytes) */
void cshake(const OpInfo& info, bool wide) {
  const Bytes data(info[2]);
  const Bytes name(info[3]);
  const Bytes customization(info[4]);
  const bool plain = name.size() == 0 && customization.size() == 0;
  const char* const algorithm =
      plain ? (wide ? "SHAKE-256" : "SHAKE-128") : (wide ? "KECCAK-KMAC-256" : "KECCAK-KMAC-128");
  const std::unique_ptr<EVP_MD, Freed<EVP_MD_free>> md(EVP_MD_fetch(nullptr, algorithm, nullptr));
  const DigestContextPtr context(EVP_MD_CTX_new());
  const Output output(info.GetIsolate(), to_uint32(info[5]));
  if (!output || EVP_DigestInit_ex2(context.get(), md.get(), nullptr) != 1) return;
  if (!plain) {
    const size_t rate = wide ? kRate256 : kRate128;
    std::vector<uint8_t> prefix;
    left_encode(prefix, rate);
    encode_string(prefix, name);
    encode_string(prefix, customization);
    prefix.resize((prefix.size() + rate - 1) / rate * rate);
    if (EVP_DigestUpdate(context.get(), prefix.data(), prefix.size()) != 1) return;
  }
  if (EVP_DigestUpdate(context.get(), data.data(), data.size()) != 1) return;
  if (output.size() > 0 && EVP_DigestFinalXOF(context.get(), output.data(), output.size()) != 1) return;
  info.GetReturnValue().Set(output.buffer());
}

}  // namespace

void op_digest(const OpInfo& info) {
  const uint32_t number = to_uint32(info[1]);
  if (number == 128 || number == 256) return cshake(info, number == 256);
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
