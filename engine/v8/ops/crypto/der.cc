// SubjectPublicKeyInfo (RFC 5280) and PKCS #8 (RFC 5208).

#include <cstring>

#include "isolate.h"
#include "ops/crypto/bytes.h"
#include "ops/crypto/crypto.h"
#include "ops/crypto/handles.h"
#include "ops/crypto/keys.h"

namespace nr::crypto {
namespace {

// No key of a size this engine takes is larger; decoders get nothing else to chew on.
constexpr size_t kDerMax = size_t{64} << 10;

KeyPtr decode_spki(const Bytes& bytes) {
  const uint8_t* at = bytes.data();
  KeyPtr key(d2i_PUBKEY(nullptr, &at, static_cast<long>(bytes.size())));
  return at == bytes.data() + bytes.size() ? std::move(key) : nullptr;
}

KeyPtr decode_pkcs8(const Bytes& bytes) {
  const uint8_t* at = bytes.data();
  const Pkcs8Ptr info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(bytes.size())));
  if (info == nullptr || at != bytes.data() + bytes.size()) return nullptr;
  return KeyPtr(EVP_PKCS82PKEY(info.get()));
}

/** Of ML-DSA and ML-KEM (RFC 9881, RFC 9935): the seed alone. Null if there is none. */
Pkcs8Ptr encode_seed(const KeyHandle& handle) {
  uint8_t room[kSeedBytesMax];
  const std::span<const uint8_t> seed = read_seed(handle.key.get(), room);
  if (seed.empty()) return nullptr;
  // [0] IMPLICIT OCTET STRING
  const size_t size = 2 + seed.size();
  auto* const encoded = static_cast<uint8_t*>(OPENSSL_malloc(size));
  encoded[0] = 0x80;
  encoded[1] = static_cast<uint8_t>(seed.size());
  memcpy(encoded + 2, seed.data(), seed.size());
  OPENSSL_cleanse(room, sizeof room);
  Pkcs8Ptr info(PKCS8_PRIV_KEY_INFO_new());
  ASN1_OBJECT* const algorithm = OBJ_nid2obj(OBJ_ln2nid(name_of(handle.kind)));
  if (PKCS8_pkey_set0(info.get(), algorithm, 0, V_ASN1_UNDEF, nullptr, encoded, static_cast<int>(size)) == 1) {
    return info;
  }
  OPENSSL_clear_free(encoded, size);
  return nullptr;
}

}  // namespace

void op_import_der(nrv8_isolate& host, const OpInfo& info) {
  const auto kind = static_cast<KeyKind>(to_uint32(info[1]));
  const bool is_private = info[2]->IsTrue();
  const Bytes bytes(info[3]);
  if (bytes.size() > kDerMax) return;
  KeyPtr key = normalize_key(kind, is_private ? decode_pkcs8(bytes) : decode_spki(bytes));
  if (key == nullptr) return;
  auto handle = std::make_unique<KeyHandle>(kind, std::move(key));
  info.GetReturnValue().Set(host.crypto_handles->add(info.GetIsolate(), std::move(handle)));
}

void op_export_der(const OpInfo& info) {
  const KeyHandle* const handle = handle_of<KeyHandle>(info[1]);
  if (handle == nullptr) return;
  uint8_t* der = nullptr;
  int size;
  if (info[2]->IsTrue()) {
    const Pkcs8Ptr pkcs8 =
        is_lattice(handle->kind) ? encode_seed(*handle) : Pkcs8Ptr(EVP_PKEY2PKCS8(handle->key.get()));
    size = pkcs8 == nullptr ? -1 : i2d_PKCS8_PRIV_KEY_INFO(pkcs8.get(), &der);
  } else {
    size = i2d_PUBKEY(handle->key.get(), &der);
  }
  if (size <= 0) return;
  v8::Local<v8::ArrayBuffer> result;
  if (new_buffer(info.GetIsolate(), {der, static_cast<size_t>(size)}).ToLocal(&result)) {
    info.GetReturnValue().Set(result);
  }
  OPENSSL_clear_free(der, static_cast<size_t>(size));
}

}  // namespace nr::crypto
