#ifndef NR_V8_OPS_CRYPTO_KEYS_H_
#define NR_V8_OPS_CRYPTO_KEYS_H_

#include <span>

#include "ops/crypto/openssl.h"

namespace nr::crypto {

/** Larger RSA keys are refused: their operations take longer than a termination may wait. */
inline constexpr int kRsaBitsMax = 8192;

/** libcrypto's name of a kind ("P-256", "ED25519"); null for RSA and for what is no kind. */
const char* name_of(KeyKind kind);
bool is_nist_curve(KeyKind kind);
/** ML-DSA and ML-KEM. */
bool is_lattice(KeyKind kind);

/** Of ML-DSA and ML-KEM. */
inline constexpr size_t kSeedBytesMax = 64;
/** The seed that a private key was made of, empty if it was not made of one. */
std::span<const uint8_t> read_seed(const EVP_PKEY* key, uint8_t (&room)[kSeedBytesMax]);

/**
 * A key on one of NIST's curves from a point in any of its encodings (may be empty if there is a scalar) and a scalar
 * (empty: a public key). Null if the point is not on the curve, the scalar is out of range or the two do not match.
 */
KeyPtr make_ec_key(KeyKind kind, std::span<const uint8_t> point, std::span<const uint8_t> scalar);

/**
 * Any other key but RSA from its raw halves (the private one of ML-DSA and ML-KEM is the seed); either may be empty,
 * not both. Null if they do not match.
 */
KeyPtr make_raw_key(KeyKind kind, std::span<const uint8_t> public_half, std::span<const uint8_t> private_half);

/** The decoded key in the form this engine makes, or null if it is not of that kind. */
KeyPtr normalize_key(KeyKind kind, KeyPtr key);

}  // namespace nr::crypto

#endif  // NR_V8_OPS_CRYPTO_KEYS_H_
