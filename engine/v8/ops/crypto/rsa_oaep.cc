// RSA-OAEP (RFC 8017).

#include <openssl/rsa.h>

#include <vector>

#include "ops/crypto/bytes.h"
#include "ops/crypto/crypto.h"
#include "ops/crypto/handles.h"
#include "ops/crypto/openssl.h"

namespace nr::crypto {

void op_rsa_oaep(const OpInfo& info) {
  const KeyHandle* const handle = handle_of<KeyHandle>(info[1]);
  const bool encrypt = info[2]->IsTrue();
  const EVP_MD* const hash = library().hash(to_uint32(info[3]));
  const Bytes label(info[4]);
  const Bytes data(info[5]);
  if (handle == nullptr || handle->kind != KeyKind::kRsa || hash == nullptr || label.size() > INT32_MAX) return;
  const KeyContextPtr context(EVP_PKEY_CTX_new(handle->key.get(), nullptr));
  if ((encrypt ? EVP_PKEY_encrypt_init(context.get()) : EVP_PKEY_decrypt_init(context.get())) != 1) return;
  if (EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) != 1) return;
  if (EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), hash) != 1) return;
  if (EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), hash) != 1) return;
  if (label.size() > 0) {
    // libcrypto takes it over.
    void* const copy = OPENSSL_memdup(label.data(), label.size());
    if (EVP_PKEY_CTX_set0_rsa_oaep_label(context.get(), copy, static_cast<int>(label.size())) != 1) {
      OPENSSL_free(copy);
      return;
    }
  }
  const auto transform = encrypt ? EVP_PKEY_encrypt : EVP_PKEY_decrypt;
  size_t size = 0;
  if (transform(context.get(), nullptr, &size, data.data(), data.size()) != 1) return;
  std::vector<uint8_t> out(size);
  if (transform(context.get(), out.data(), &size, data.data(), data.size()) != 1) return;
  v8::Local<v8::ArrayBuffer> result;
  if (new_buffer(info.GetIsolate(), {out.data(), size}).ToLocal(&result)) info.GetReturnValue().Set(result);
  OPENSSL_cleanse(out.data(), out.size());
}

}  // namespace nr::crypto
