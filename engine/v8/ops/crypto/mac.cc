// HMAC and KMAC.

#include <openssl/core_names.h>
#include <openssl/crypto.h>

#include <vector>

#include "ops/crypto/bytes.h"
#include "ops/crypto/crypto.h"
#include "ops/crypto/openssl.h"

namespace nr::crypto {
namespace {

constexpr uint32_t kKmac128 = 128;
constexpr uint32_t kKmac256 = 256;

bool compute(const OpInfo& info, std::span<uint8_t> out, EVP_MAC* mac, const OSSL_PARAM* params) {
  const Bytes key(info[2]);
  const Bytes data(info[3]);
  const MacContextPtr context(EVP_MAC_CTX_new(mac));
  size_t length = 0;
  return EVP_MAC_init(context.get(), key.data(), key.size(), params) == 1 &&
         EVP_MAC_update(context.get(), data.data(), data.size()) == 1 &&
         EVP_MAC_final(context.get(), out.data(), &length, out.size()) == 1 && length == out.size();
}

}  // namespace

void op_mac(const OpInfo& info) {
  const uint32_t number = to_uint32(info[1]);
  std::vector<uint8_t> code;
  if (number == kKmac128 || number == kKmac256) {
    const Bytes customization(info[5]);
    size_t size = to_uint32(info[6]);
    code.resize(size);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_CUSTOM, const_cast<uint8_t*>(customization.data()),
                                          customization.size()),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC* const mac = number == kKmac128 ? library().kmac128 : library().kmac256;
    if (size == 0 || !compute(info, code, mac, params)) return;
  } else {
    const EVP_MD* const hash = library().hash(number);
    if (hash == nullptr) return;
    code.resize(static_cast<size_t>(EVP_MD_get_size(hash)));
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(EVP_MD_get0_name(hash)), 0),
        OSSL_PARAM_construct_end(),
    };
    if (!compute(info, code, library().hmac, params)) return;
  }
  if (!info[4]->IsArrayBufferView()) {
    v8::Local<v8::ArrayBuffer> result;
    if (new_buffer(info.GetIsolate(), code).ToLocal(&result)) info.GetReturnValue().Set(result);
    return;
  }
  const Bytes expected(info[4]);
  const bool same = expected.size() == code.size() && CRYPTO_memcmp(expected.data(), code.data(), code.size()) == 0;
  info.GetReturnValue().Set(same);
}

}  // namespace nr::crypto
