// Keys from and to their numbers, as JSON Web Keys and raw keys have them.

#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <vector>

#include "isolate.h"
#include "ops/crypto/bytes.h"
#include "ops/crypto/crypto.h"
#include "ops/crypto/handles.h"
#include "ops/crypto/keys.h"

namespace nr::crypto {
namespace {

using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;

/** In the order n, e, d, p, q, dp, dq, qi. */
constexpr const char* kRsaParams[] = {
    OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,
    OSSL_PKEY_PARAM_RSA_D,         OSSL_PKEY_PARAM_RSA_FACTOR1,
    OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
    OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
};
constexpr uint32_t kRsaPublicCount = 2;
constexpr uint32_t kRsaCount = 8;
/** ML-DSA-87's; no public key but RSA's is larger. */
constexpr size_t kPublicBytesMax = 2592;

v8::Local<v8::Value> bytes_of(v8::Isolate* isolate, const BIGNUM* number, size_t size) {
  const Output output(isolate, std::max(size, static_cast<size_t>(BN_num_bytes(number))));
  if (!output) return {};
  BN_bn2binpad(number, output.data(), static_cast<int>(output.size()));
  return v8::Uint8Array::New(output.buffer(), 0, output.size());
}

using Values = std::vector<v8::Local<v8::Value>>;

bool add_number(v8::Isolate* isolate, const EVP_PKEY* key, const char* name, size_t size, Values* values) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return false;
  const BignumPtr owner(number);
  const v8::Local<v8::Value> bytes = bytes_of(isolate, number, size);
  if (bytes.IsEmpty()) return false;
  values->push_back(bytes);
  return true;
}

bool add_raw(v8::Isolate* isolate, std::span<const uint8_t> raw, Values* values) {
  v8::Local<v8::ArrayBuffer> buffer;
  if (!new_buffer(isolate, raw).ToLocal(&buffer)) return false;
  values->push_back(v8::Uint8Array::New(buffer, 0, raw.size()));
  return true;
}

bool add_halves(v8::Isolate* isolate, KeyKind kind, const EVP_PKEY* key, bool with_private, Values* values) {
  size_t size = 0;
  if (EVP_PKEY_get_raw_public_key(key, nullptr, &size) != 1) return false;
  std::vector<uint8_t> public_half(size);
  if (EVP_PKEY_get_raw_public_key(key, public_half.data(), &size) != 1) return false;
  if (!add_raw(isolate, public_half, values)) return false;
  if (!with_private) return true;
  uint8_t room[kSeedBytesMax];
  std::span<const uint8_t> private_half;
  if (is_lattice(kind)) {
    private_half = read_seed(key, room);
  } else {
    size = sizeof room;
    if (EVP_PKEY_get_raw_private_key(key, room, &size) != 1) return false;
    private_half = {room, size};
  }
  const bool added = !private_half.empty() && add_raw(isolate, private_half, values);
  OPENSSL_cleanse(room, sizeof room);
  return added;
}

}  // namespace

void op_import_rsa(nrv8_isolate& host, v8::Local<v8::Context> context, const OpInfo& info) {
  if (!info[1]->IsArray()) return;
  const auto list = info[1].As<v8::Array>();
  const uint32_t count = list->Length();
  if (count != kRsaPublicCount && count != kRsaCount) return;
  const BuilderPtr builder(OSSL_PARAM_BLD_new());
  std::vector<BignumPtr> numbers;
  for (uint32_t i = 0; i < count; i++) {
    v8::Local<v8::Value> item;
    if (!list->Get(context, i).ToLocal(&item)) return;
    const Bytes bytes(item);
    if (bytes.size() > kRsaBitsMax / 8 + 1) return;
    BignumPtr number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    if (BN_is_zero(number.get()) || BN_num_bits(number.get()) > kRsaBitsMax) return;
    OSSL_PARAM_BLD_push_BN(builder.get(), kRsaParams[i], number.get());
    numbers.push_back(std::move(number));
  }
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContextPtr making(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(making.get()) != 1) return;
  const int selection = count == kRsaCount ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  if (EVP_PKEY_fromdata(making.get(), &key, selection, params.get()) != 1) return;
  auto handle = std::make_unique<KeyHandle>(KeyKind::kRsa, KeyPtr(key));
  info.GetReturnValue().Set(host.crypto_handles->add(info.GetIsolate(), std::move(handle)));
}

void op_import_raw(nrv8_isolate& host, const OpInfo& info) {
  const auto kind = static_cast<KeyKind>(to_uint32(info[1]));
  const Bytes public_half(info[2]);
  const Bytes private_half(info[3]);
  if (public_half.size() > kPublicBytesMax || private_half.size() > 80) return;
  KeyPtr key = is_nist_curve(kind) ? make_ec_key(kind, public_half.span(), private_half.span())
                                   : make_raw_key(kind, public_half.span(), private_half.span());
  if (key == nullptr) return;
  auto handle = std::make_unique<KeyHandle>(kind, std::move(key));
  info.GetReturnValue().Set(host.crypto_handles->add(info.GetIsolate(), std::move(handle)));
}

void op_components(v8::Local<v8::Context> context, const OpInfo& info) {
  const KeyHandle* const handle = handle_of<KeyHandle>(info[1]);
  if (handle == nullptr) return;
  v8::Isolate* const isolate = info.GetIsolate();
  const bool with_private = info[2]->IsTrue();
  const EVP_PKEY* const key = handle->key.get();
  Values values;
  if (handle->kind == KeyKind::kRsa) {
    for (uint32_t i = 0; i < (with_private ? kRsaCount : kRsaPublicCount); i++) {
      if (!add_number(isolate, key, kRsaParams[i], 0, &values)) return;
    }
  } else if (is_nist_curve(handle->kind)) {
    const size_t size = static_cast<size_t>(EVP_PKEY_get_bits(key) + 7) / 8;
    if (!add_number(isolate, key, OSSL_PKEY_PARAM_EC_PUB_X, size, &values)) return;
    if (!add_number(isolate, key, OSSL_PKEY_PARAM_EC_PUB_Y, size, &values)) return;
    if (with_private && !add_number(isolate, key, OSSL_PKEY_PARAM_PRIV_KEY, size, &values)) return;
  } else if (!add_halves(isolate, handle->kind, key, with_private, &values)) {
    return;
  }
  info.GetReturnValue().Set(v8::Array::New(isolate, values.data(), values.size()));
}

}  // namespace nr::crypto
