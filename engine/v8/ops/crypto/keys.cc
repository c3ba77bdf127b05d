#include "ops/crypto/keys.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/param_build.h>

#include <cstring>
#include <vector>

namespace nr::crypto {
namespace {

using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;

PointPtr point_of_scalar(const EC_GROUP* group, const BIGNUM* scalar) {
  if (BN_is_zero(scalar) || BN_cmp(scalar, EC_GROUP_get0_order(group)) >= 0) return nullptr;
  PointPtr point(EC_POINT_new(group));
  if (EC_POINT_mul(group, point.get(), scalar, nullptr, nullptr, nullptr) != 1) return nullptr;
  return point;
}

bool is_uncompressed_or_compressed(std::span<const uint8_t> point) {
  return !point.empty() && (point[0] == 2 || point[0] == 3 || point[0] == 4);
}

PointPtr decode_point(const EC_GROUP* group, std::span<const uint8_t> encoded) {
  if (!is_uncompressed_or_compressed(encoded)) return nullptr;
  PointPtr point(EC_POINT_new(group));
  if (EC_POINT_oct2point(group, point.get(), encoded.data(), encoded.size(), nullptr) != 1) return nullptr;
  return point;
}

KeyPtr make_private_key(KeyKind kind, std::span<const uint8_t> private_half) {
  const char* const name = name_of(kind);
  if (!is_lattice(kind)) {
    return KeyPtr(EVP_PKEY_new_raw_private_key_ex(nullptr, name, nullptr, private_half.data(), private_half.size()));
  }
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_ML_KEM_SEED, const_cast<uint8_t*>(private_half.data()),
                                        private_half.size()),
      OSSL_PARAM_construct_end(),
  };
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, name, nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, const_cast<OSSL_PARAM*>(params)) != 1) {
    return nullptr;
  }
  return KeyPtr(key);
}

/** From libcrypto's decoder, which keeps how a key was written: its point may be compressed or missing. */
KeyPtr normalize_ec_key(KeyKind kind, const EVP_PKEY* key) {
  char group[32];
  int explicit_parameters = 0;
  size_t length = 0;
  if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, &length) != 1)
    return nullptr;
  const char* const name = OBJ_nid2sn(EC_GROUP_get_curve_name(library().group(kind)));
  if (strcmp(group, name) != 0) return nullptr;
  EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &explicit_parameters);
  if (explicit_parameters != 0) return nullptr;
  uint8_t point[160];
  if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &length) != 1) return nullptr;
  BIGNUM* scalar = nullptr;
  std::vector<uint8_t> bytes;
  if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &scalar) == 1) {
    const BignumPtr owner(scalar);
    bytes.resize(static_cast<size_t>(BN_num_bytes(scalar)));
    BN_bn2bin(scalar, bytes.data());
  }
  KeyPtr made = make_ec_key(kind, {point, length}, bytes);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return made;
}

}  // namespace

const char* name_of(KeyKind kind) {
  switch (kind) {
    case KeyKind::kP256:
      return "P-256";
    case KeyKind::kP384:
      return "P-384";
    case KeyKind::kP521:
      return "P-521";
    case KeyKind::kEd25519:
      return "ED25519";
    case KeyKind::kX25519:
      return "X25519";
    case KeyKind::kEd448:
      return "ED448";
    case KeyKind::kX448:
      return "X448";
    case KeyKind::kMlDsa44:
      return "ML-DSA-44";
    case KeyKind::kMlDsa65:
      return "ML-DSA-65";
    case KeyKind::kMlDsa87:
      return "ML-DSA-87";
    case KeyKind::kMlKem512:
      return "ML-KEM-512";
    case KeyKind::kMlKem768:
      return "ML-KEM-768";
    case KeyKind::kMlKem1024:
      return "ML-KEM-1024";
    default:
      return nullptr;
  }
}

bool is_nist_curve(KeyKind kind) { return library().group(kind) != nullptr; }

bool is_lattice(KeyKind kind) { return kind >= KeyKind::kMlDsa44 && kind <= KeyKind::kMlKem1024; }

KeyPtr make_ec_key(KeyKind kind, std::span<const uint8_t> point, std::span<const uint8_t> scalar) {
  const EC_GROUP* const group = library().group(kind);
  if (group == nullptr || (point.empty() && scalar.empty())) return nullptr;
  PointPtr public_point;
  BignumPtr secret;
  if (!point.empty()) {
    public_point = decode_point(group, point);
    if (public_point == nullptr) return nullptr;
  }
  if (!scalar.empty()) {
    secret.reset(BN_bin2bn(scalar.data(), static_cast<int>(scalar.size()), nullptr));
    PointPtr derived = point_of_scalar(group, secret.get());
    if (derived == nullptr) return nullptr;
    if (public_point == nullptr) {
      public_point = std::move(derived);
    } else if (EC_POINT_cmp(group, derived.get(), public_point.get(), nullptr) != 0) {
      return nullptr;
    }
  }
  uint8_t encoded[160];
  const size_t size =
      EC_POINT_point2oct(group, public_point.get(), POINT_CONVERSION_UNCOMPRESSED, encoded, sizeof encoded, nullptr);
  const BuilderPtr builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, name_of(kind), 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, encoded, size);
  if (secret != nullptr) OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get());
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  const int selection = secret != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  if (EVP_PKEY_fromdata(context.get(), &key, selection, params.get()) != 1) return nullptr;
  return KeyPtr(key);
}

KeyPtr make_raw_key(KeyKind kind, std::span<const uint8_t> public_half, std::span<const uint8_t> private_half) {
  const char* const name = name_of(kind);
  if (name == nullptr || is_nist_curve(kind)) return nullptr;
  if (private_half.empty()) {
    return KeyPtr(EVP_PKEY_new_raw_public_key_ex(nullptr, name, nullptr, public_half.data(), public_half.size()));
  }
  KeyPtr key = make_private_key(kind, private_half);
  if (key == nullptr || public_half.empty()) return key;
  size_t size = 0;
  if (EVP_PKEY_get_raw_public_key(key.get(), nullptr, &size) != 1 || size != public_half.size()) return nullptr;
  std::vector<uint8_t> derived(size);
  if (EVP_PKEY_get_raw_public_key(key.get(), derived.data(), &size) != 1) return nullptr;
  if (CRYPTO_memcmp(derived.data(), public_half.data(), size) != 0) return nullptr;
  return key;
}

std::span<const uint8_t> read_seed(const EVP_PKEY* key, uint8_t (&room)[kSeedBytesMax]) {
  size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_ML_KEM_SEED, room, sizeof room, &size) != 1) return {};
  return {room, size};
}

KeyPtr normalize_key(KeyKind kind, KeyPtr key) {
  if (key == nullptr) return nullptr;
  if (kind == KeyKind::kRsa) {
    if (EVP_PKEY_is_a(key.get(), "RSA") != 1 || EVP_PKEY_get_bits(key.get()) > kRsaBitsMax) return nullptr;
    return key;
  }
  if (is_nist_curve(kind)) return EVP_PKEY_is_a(key.get(), "EC") == 1 ? normalize_ec_key(kind, key.get()) : nullptr;
  const char* const name = name_of(kind);
  return name != nullptr && EVP_PKEY_is_a(key.get(), name) == 1 ? std::move(key) : nullptr;
}

}  // namespace nr::crypto
