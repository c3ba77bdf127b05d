// HKDF (RFC 5869), on libcrypto's HMAC: its own HKDF limits the info to 1024 bytes.

#include <openssl/core_names.h>

#include <algorithm>
#include <cstring>

#include "ops/crypto/bytes.h"
#include "ops/crypto/crypto.h"
#include "ops/crypto/openssl.h"

namespace nr::crypto {
namespace {

/** HMAC under one key, for one message after the other. */
class Hmac {
 public:
  Hmac(const EVP_MD* hash, const uint8_t* key, size_t key_size)
      : size_(static_cast<size_t>(EVP_MD_get_size(hash))), context_(EVP_MAC_CTX_new(library().hmac)) {
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(EVP_MD_get0_name(hash)), 0),
        OSSL_PARAM_construct_end(),
    };
    ok_ = EVP_MAC_init(context_.get(), key, key_size, params) == 1;
  }

  void update(const uint8_t* data, size_t size) { ok_ = ok_ && EVP_MAC_update(context_.get(), data, size) == 1; }

  /** Also starts over, with the same key. */
  bool finish(uint8_t* out) {
    size_t length = 0;
    ok_ = ok_ && EVP_MAC_final(context_.get(), out, &length, size_) == 1 &&
          EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1;
    return ok_;
  }

  size_t size() const { return size_; }

 private:
  const size_t size_;
  const MacContextPtr context_;
  bool ok_;
};

}  // namespace

void op_hkdf(const OpInfo& info) {
  const EVP_MD* const hash = library().hash(to_uint32(info[1]));
  if (hash == nullptr) return;
  const Bytes secret(info[2]);
  const Bytes salt(info[3]);
  const Bytes context(info[4]);
  const Output output(info.GetIsolate(), to_uint32(info[5]));
  if (!output) return;
  uint8_t block[EVP_MAX_MD_SIZE] = {};
  Hmac extract(hash, salt.size() == 0 ? block : salt.data(),
               salt.size() == 0 ? static_cast<size_t>(EVP_MD_get_size(hash)) : salt.size());
  extract.update(secret.data(), secret.size());
  uint8_t pseudo_random_key[EVP_MAX_MD_SIZE];
  if (!extract.finish(pseudo_random_key) || output.size() > 255 * extract.size()) return;
  Hmac expand(hash, pseudo_random_key, extract.size());
  OPENSSL_cleanse(pseudo_random_key, sizeof pseudo_random_key);
  uint8_t counter = 1;
  for (size_t done = 0; done < output.size(); counter++) {
    if (done > 0) expand.update(block, expand.size());
    expand.update(context.data(), context.size());
    expand.update(&counter, 1);
    if (!expand.finish(block)) return;
    const size_t taken = std::min(expand.size(), output.size() - done);
    memcpy(output.data() + done, block, taken);
    done += taken;
  }
  OPENSSL_cleanse(block, sizeof block);
  info.GetReturnValue().Set(output.buffer());
}

}  // namespace nr::crypto
