#ifndef NR_V8_OPS_CRYPTO_OPENSSL_H_
#define NR_V8_OPS_CRYPTO_OPENSSL_H_

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/x509.h>

#include <cstdint>
#include <memory>

namespace nr::crypto {

template <auto kFree>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using BignumPtr = std::unique_ptr<BIGNUM, Freed<BN_clear_free>>;
using CipherContextPtr = std::unique_ptr<EVP_CIPHER_CTX, Freed<EVP_CIPHER_CTX_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using MacContextPtr = std::unique_ptr<EVP_MAC_CTX, Freed<EVP_MAC_CTX_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using Pkcs8Ptr = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Freed<PKCS8_PRIV_KEY_INFO_free>>;
using PointPtr = std::unique_ptr<EC_POINT, Freed<EC_POINT_free>>;

/** Hash functions by the numbers of prelude/webcrypto/native.ts. */
enum class Hash : uint32_t {
  kSha1 = 1,
  kSha256 = 2,
  kSha384 = 3,
  kSha512 = 4,
  kSha3_256 = 5,
  kSha3_384 = 6,
  kSha3_512 = 7,
};
inline constexpr uint32_t kHashCount = 7;

/** Kinds of keys that only the engine holds, by the numbers of prelude/webcrypto/native.ts. */
enum class KeyKind : uint32_t {
  kRsa = 1,
  kP256 = 2,
  kP384 = 3,
  kP521 = 4,
  kEd25519 = 5,
  kX25519 = 6,
  kEd448 = 7,
  kX448 = 8,
  kMlDsa44 = 9,
  kMlDsa65 = 10,
  kMlDsa87 = 11,
  kMlKem512 = 12,
  kMlKem768 = 13,
  kMlKem1024 = 14,
};

/** What the process shares: algorithms looked up once. Read-only after the first call, on any thread. */
struct Library {
  const EVP_MD* hashes[kHashCount];
  const EVP_MD* blake2b;
  EVP_MAC* hmac;
  EVP_MAC* kmac128;
  EVP_MAC* kmac256;
  const EC_GROUP* groups[3];

  /** Null for a number that is none. */
  const EVP_MD* hash(uint32_t number) const {
    return number >= 1 && number <= kHashCount ? hashes[number - 1] : nullptr;
  }
  /** Null for a kind that is no curve of NIST's. */
  const EC_GROUP* group(KeyKind kind) const {
    if (kind < KeyKind::kP256 || kind > KeyKind::kP521) return nullptr;
    return groups[static_cast<uint32_t>(kind) - static_cast<uint32_t>(KeyKind::kP256)];
  }
};

/** Starts libcrypto on first use: no configuration file, nothing loaded from disk, nothing left to run at exit. */
const Library& library();

/** The thread's own random generators and error queue, which no isolate pays for. They end with the thread. */
void prepare_thread();

}  // namespace nr::crypto

#endif  // NR_V8_OPS_CRYPTO_OPENSSL_H_
