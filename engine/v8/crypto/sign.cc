// RSASSA-PKCS1-v1_5, RSA-PSS, ECDSA and EdDSA.

#include <openssl/rsa.h>

#include <vector>

#include "bytes.h"
#include "crypto.h"
#include "handles.h"
#include "openssl.h"

namespace nr::crypto {
namespace {

using EcdsaPtr = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

/** By the numbers of prelude/webcrypto/native.ts. */
enum class Scheme : uint32_t { kPkcs1 = 1, kPss = 2, kEcdsa = 3, kEdDsa = 4 };

/** (key, scheme, hash, salt bytes, ...) */
struct Signing {
  explicit Signing(const OpInfo& info)
      : handle(handle_of<KeyHandle>(info[1])),
        scheme(static_cast<Scheme>(to_uint32(info[2]))),
        hash(library().hash(to_uint32(info[3]))),
        salt_size(static_cast<int>(to_uint32(info[4]))) {}

  /** Bytes of one of ECDSA's two numbers. */
  size_t number_size() const { return static_cast<size_t>(EVP_PKEY_get_bits(handle->key.get()) + 7) / 8; }

  template <typename Init>
  bool start(EVP_MD_CTX* context, Init init) const {
    if (handle == nullptr || salt_size < 0) return false;
    const bool hashed = scheme != Scheme::kEdDsa;
    if (hashed && hash == nullptr) return false;
    EVP_PKEY_CTX* options = nullptr;
    if (init(context, &options, hashed ? hash : nullptr, nullptr, handle->key.get()) != 1) return false;
    if (scheme != Scheme::kPss) return true;
    return EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(options, hash) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(options, salt_size) == 1;
  }

  const KeyHandle* const handle;
  const Scheme scheme;
  const EVP_MD* const hash;
  const int salt_size;
};

/** libcrypto's DER -> the two numbers one after the other. False: not that. */
bool to_numbers(const Signing& signing, std::vector<uint8_t>* signature) {
  const uint8_t* at = signature->data();
  const EcdsaPtr numbers(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(signature->size())));
  if (numbers == nullptr) return false;
  const int size = static_cast<int>(signing.number_size());
  signature->resize(static_cast<size_t>(size) * 2);
  return BN_bn2binpad(ECDSA_SIG_get0_r(numbers.get()), signature->data(), size) == size &&
         BN_bn2binpad(ECDSA_SIG_get0_s(numbers.get()), signature->data() + size, size) == size;
}

/** The reverse. */
bool to_der(const Signing& signing, const Bytes& signature, std::vector<uint8_t>* der) {
  const size_t size = signing.number_size();
  if (signature.size() != size * 2) return false;
  const EcdsaPtr numbers(ECDSA_SIG_new());
  BIGNUM* const r = BN_bin2bn(signature.data(), static_cast<int>(size), nullptr);
  BIGNUM* const s = BN_bin2bn(signature.data() + size, static_cast<int>(size), nullptr);
  if (ECDSA_SIG_set0(numbers.get(), r, s) != 1) return false;
  der->resize(static_cast<size_t>(i2d_ECDSA_SIG(numbers.get(), nullptr)));
  uint8_t* at = der->data();
  return i2d_ECDSA_SIG(numbers.get(), &at) > 0;
}

}  // namespace

void op_sign(const OpInfo& info) {
  const Signing signing(info);
  const Bytes data(info[5]);
  const DigestContextPtr context(EVP_MD_CTX_new());
  if (!signing.start(context.get(), EVP_DigestSignInit)) return;
  size_t size = 0;
  if (EVP_DigestSign(context.get(), nullptr, &size, data.data(), data.size()) != 1) return;
  std::vector<uint8_t> signature(size);
  if (EVP_DigestSign(context.get(), signature.data(), &size, data.data(), data.size()) != 1) return;
  signature.resize(size);
  if (signing.scheme == Scheme::kEcdsa && !to_numbers(signing, &signature)) return;
  v8::Local<v8::ArrayBuffer> result;
  if (new_buffer(info.GetIsolate(), signature).ToLocal(&result)) info.GetReturnValue().Set(result);
}

void op_verify(const OpInfo& info) {
  const Signing signing(info);
  const Bytes signature(info[5]);
  const Bytes data(info[6]);
  const DigestContextPtr context(EVP_MD_CTX_new());
  if (!signing.start(context.get(), EVP_DigestVerifyInit)) return;
  std::span<const uint8_t> checked = signature.span();
  std::vector<uint8_t> der;
  if (signing.scheme == Scheme::kEcdsa) {
    if (!to_der(signing, signature, &der)) return info.GetReturnValue().Set(false);
    checked = der;
  }
  const int valid = EVP_DigestVerify(context.get(), checked.data(), checked.size(), data.data(), data.size());
  info.GetReturnValue().Set(valid == 1);
}

}  // namespace nr::crypto
