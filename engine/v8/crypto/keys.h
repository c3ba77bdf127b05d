#ifndef NR_V8_CRYPTO_KEYS_H_
#define NR_V8_CRYPTO_KEYS_H_

#include <span>

#include "openssl.h"

namespace nr::crypto {

/** Larger RSA keys are refused: their operations take longer than a termination may wait. */
inline constexpr int kRsaBitsMax = 8192;

/** libcrypto's name of a kind ("P-256", "ED25519"); null for RSA and for what is no kind. */
const char* name_of(KeyKind kind);
bool is_nist_curve(KeyKind kind);

/**
 * A key on one of NIST's curves from a point in any of its encodings (may be empty if there is a scalar) and a scalar
 * (empty: a public key). Null if the point is not on the curve, the scalar is out of range or the two do not match.
 */
KeyPtr make_ec_key(KeyKind kind, std::span<const uint8_t> point, std::span<const uint8_t> scalar);

/** A key of RFC 8032 or RFC 7748 from its raw halves; either may be empty, not both. Null if they do not match. */
KeyPtr make_okp_key(KeyKind kind, std::span<const uint8_t> public_half, std::span<const uint8_t> private_half);

/** The decoded key in the form this engine makes, or null if it is not of that kind. */
KeyPtr normalize_key(KeyKind kind, KeyPtr key);

}  // namespace nr::crypto

#endif  // NR_V8_CRYPTO_KEYS_H_
