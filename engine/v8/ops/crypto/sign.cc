// RSASSA-PKCS1-v1_5, RSA-PSS, ECDSA, EdDSA and ML-DSA.

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <cstring>
#include <vector>

#include "ops/crypto/bytes.h"
#include "ops/crypto/crypto.h"
#include "ops/crypto/handles.h"
#include "ops/crypto/openssl.h"

namespace nr::crypto {
namespace {

using EcdsaPtr = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

/** By the numbers of prelude/webcrypto/native.ts. */
enum class Scheme : uint32_t { kPkcs1 = 1, kPss = 2, kEcdsa = 3, kPure = 4 };

/** (key, scheme, hash, salt bytes, context, data, ...) */
struct Signing {
  explicit Signing(const OpInfo& info)
      : handle(handle_of<KeyHandle>(info[1])),
        scheme(static_cast<Scheme>(to_uint32(info[2]))),
        hash(library().hash(to_uint32(info[3]))),
        salt_size(static_cast<int>(to_uint32(info[4]))),
        context(info[5]),
        data(info[6]) {}

  /** Bytes of one of ECDSA's two numbers. */
  size_t number_size() const { return static_cast<size_t>(EVP_PKEY_get_bits(handle->key.get()) + 7) / 8; }

  template <typename Init>
  bool start(EVP_MD_CTX* digest, Init init) const {
    if (handle == nullptr || salt_size < 0) return false;
    const bool hashed = scheme != Scheme::kPure;
    if (hashed && hash == nullptr) return false;
    EVP_PKEY_CTX* options = nullptr;
    const char* const name = hashed ? EVP_MD_get0_name(hash) : nullptr;
    const OSSL_PARAM params[] = {
        context.size() == 0 ? OSSL_PARAM_construct_end()
                            : OSSL_PARAM_construct_octet_string(OSSL_SIGNATURE_PARAM_CONTEXT_STRING,
                                                                const_cast<uint8_t*>(context.data()), context.size()),
        OSSL_PARAM_construct_end(),
    };
    if (init(digest, &options, name, nullptr, nullptr, handle->key.get(), params) != 1) return false;
    if (scheme != Scheme::kPss) return true;
    return EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(options, hash) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(options, salt_size) == 1;
  }

  const KeyHandle* const handle;
  const Scheme scheme;
  const EVP_MD* const hash;
  const int salt_size;
  const Bytes context;
  const Bytes data;
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

/**
 * y coordinates of the points of small order on edwards25519, in every encoding, without the sign of x. libcrypto takes
 * them; the specification has such signatures fail: https://w3c.github.io/webcrypto/#ed25519-operations-verify
 */
constexpr size_t kEd25519Size = 32;
constexpr uint8_t kSmallOrder[][kEd25519Size] = {
    {0},
    {1},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
     0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
     0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
};

bool has_small_order(const uint8_t* encoded) {
  uint8_t y[kEd25519Size];
  memcpy(y, encoded, sizeof y);
  y[kEd25519Size - 1] &= 0x7f;
  for (const auto& known : kSmallOrder) {
    if (memcmp(y, known, sizeof y) == 0) return true;
  }
  return false;
}

/** Whether the public key or the signature's R is a point that says nothing. */
bool is_void_ed25519(const KeyHandle& handle, const Bytes& signature) {
  uint8_t public_key[kEd25519Size];
  size_t size = sizeof public_key;
  if (EVP_PKEY_get_raw_public_key(handle.key.get(), public_key, &size) != 1) return true;
  return has_small_order(public_key) || signature.size() < kEd25519Size || has_small_order(signature.data());
}

}  // namespace

void op_sign(const OpInfo& info) {
  const Signing signing(info);
  const Bytes& data = signing.data;
  const DigestContextPtr context(EVP_MD_CTX_new());
  if (!signing.start(context.get(), EVP_DigestSignInit_ex)) return;
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
  const Bytes signature(info[7]);
  const Bytes& data = signing.data;
  const DigestContextPtr context(EVP_MD_CTX_new());
  if (!signing.start(context.get(), EVP_DigestVerifyInit_ex)) return;
  std::span<const uint8_t> checked = signature.span();
  std::vector<uint8_t> der;
  if (signing.scheme == Scheme::kEcdsa) {
    if (!to_der(signing, signature, &der)) return info.GetReturnValue().Set(false);
    checked = der;
  }
  if (signing.handle->kind == KeyKind::kEd25519 && is_void_ed25519(*signing.handle, signature)) {
    return info.GetReturnValue().Set(false);
  }
  const int valid = EVP_DigestVerify(context.get(), checked.data(), checked.size(), data.data(), data.size());
  info.GetReturnValue().Set(valid == 1);
}

}  // namespace nr::crypto
