// Key encapsulation: ML-KEM (FIPS 203).

#include "ops/crypto/bytes.h"
#include "ops/crypto/crypto.h"
#include "ops/crypto/handles.h"
#include "ops/crypto/openssl.h"

namespace nr::crypto {
namespace {

/** Of every parameter set. */
constexpr size_t kSecretBytes = 32;

}  // namespace

void op_encapsulate(const OpInfo& info) {
  const KeyHandle* const handle = handle_of<KeyHandle>(info[1]);
  if (handle == nullptr) return;
  const KeyContextPtr context(EVP_PKEY_CTX_new(handle->key.get(), nullptr));
  size_t ciphertext_size = 0;
  size_t secret_size = 0;
  if (EVP_PKEY_encapsulate_init(context.get(), nullptr) != 1 ||
      EVP_PKEY_encapsulate(context.get(), nullptr, &ciphertext_size, nullptr, &secret_size) != 1 ||
      secret_size != kSecretBytes) {
    return;
  }
  v8::Isolate* const isolate = info.GetIsolate();
  const Output ciphertext(isolate, ciphertext_size);
  if (!ciphertext) return;
  const Output secret(isolate, secret_size);
  if (!secret) return;
  if (EVP_PKEY_encapsulate(context.get(), ciphertext.data(), &ciphertext_size, secret.data(), &secret_size) != 1)
    return;
  v8::Local<v8::Value> both[] = {secret.buffer(), ciphertext.buffer()};
  info.GetReturnValue().Set(v8::Array::New(isolate, both, 2));
}

void op_decapsulate(const OpInfo& info) {
  const KeyHandle* const handle = handle_of<KeyHandle>(info[1]);
  const Bytes ciphertext(info[2]);
  if (handle == nullptr) return;
  const KeyContextPtr context(EVP_PKEY_CTX_new(handle->key.get(), nullptr));
  const Output secret(info.GetIsolate(), kSecretBytes);
  size_t size = kSecretBytes;
  if (!secret || EVP_PKEY_decapsulate_init(context.get(), nullptr) != 1 ||
      EVP_PKEY_decapsulate(context.get(), secret.data(), &size, ciphertext.data(), ciphertext.size()) != 1 ||
      size != kSecretBytes) {
    return;
  }
  info.GetReturnValue().Set(secret.buffer());
}

}  // namespace nr::crypto
