// ECDH, X25519 and X448.

#include "ops/crypto/bytes.h"
#include "ops/crypto/crypto.h"
#include "ops/crypto/handles.h"
#include "ops/crypto/openssl.h"

namespace nr::crypto {

void op_agree(const OpInfo& info) {
  const KeyHandle* const own = handle_of<KeyHandle>(info[1]);
  const KeyHandle* const peer = handle_of<KeyHandle>(info[2]);
  if (own == nullptr || peer == nullptr || own->kind != peer->kind) return;
  const KeyContextPtr context(EVP_PKEY_CTX_new(own->key.get(), nullptr));
  uint8_t secret[80];
  size_t size = sizeof secret;
  // A peer of small order is an error here: the secret would be all zeros.
  if (EVP_PKEY_derive_init(context.get()) != 1 || EVP_PKEY_derive_set_peer(context.get(), peer->key.get()) != 1 ||
      EVP_PKEY_derive(context.get(), secret, &size) != 1) {
    return;
  }
  v8::Local<v8::ArrayBuffer> result;
  if (new_buffer(info.GetIsolate(), {secret, size}).ToLocal(&result)) info.GetReturnValue().Set(result);
  OPENSSL_cleanse(secret, sizeof secret);
}

}  // namespace nr::crypto
