// SubjectPublicKeyInfo (RFC 5280) and PKCS #8 (RFC 5208).

#include "bytes.h"
#include "crypto.h"
#include "handles.h"
#include "isolate.h"
#include "keys.h"

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

}  // namespace

void op_import_der(nrv8_isolate& host, const OpInfo& info) {
  const auto kind = static_cast<KeyKind>(to_uint32(info[1]));
  const bool is_private = info[2]->IsTrue();
  const Bytes bytes(info[3]);
  if (bytes.size() > kDerMax) return;
  KeyPtr key = normalize_key(kind, is_private ? decode_pkcs8(bytes) : decode_spki(bytes));
  if (key == nullptr) return;
  auto handle = std::make_unique<KeyHandle>(kind, std::move(key));
  info.GetReturnValue().Set(host.crypto_handles.add(info.GetIsolate(), std::move(handle)));
}

void op_export_der(const OpInfo& info) {
  const KeyHandle* const handle = handle_of<KeyHandle>(info[1]);
  if (handle == nullptr) return;
  uint8_t* der = nullptr;
  int size;
  if (info[2]->IsTrue()) {
    const Pkcs8Ptr pkcs8(EVP_PKEY2PKCS8(handle->key.get()));
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
