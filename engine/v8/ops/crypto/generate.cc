// Key pairs.

#include <openssl/rsa.h>

#include "isolate.h"
#include "ops/crypto/bytes.h"
#include "ops/crypto/crypto.h"
#include "ops/crypto/handles.h"
#include "ops/crypto/keys.h"

namespace nr::crypto {
namespace {

/** Comes back to JavaScript while primes are looked for. */
struct Poll {
  v8::Local<v8::Context> context;
  v8::Local<v8::Function> function;
  bool stopped;
};

int on_progress(EVP_PKEY_CTX* generation) {
  Poll& poll = *static_cast<Poll*>(EVP_PKEY_CTX_get_app_data(generation));
  if (poll.stopped) return 0;
  v8::HandleScope handles(v8::Isolate::GetCurrent());
  // An empty function of the prelude's: interrupts are handled when it is entered, and a termination comes out of it.
  poll.stopped = poll.function->Call(poll.context, v8::Undefined(v8::Isolate::GetCurrent()), 0, nullptr).IsEmpty();
  return poll.stopped ? 0 : 1;
}

}  // namespace

void op_generate_rsa(nrv8_isolate& host, v8::Local<v8::Context> context, const OpInfo& info) {
  const uint32_t bits = to_uint32(info[1]);
  const Bytes exponent_bytes(info[2]);
  if (bits > static_cast<uint32_t>(kRsaBitsMax) || exponent_bytes.size() > 8 || !info[3]->IsFunction()) return;
  Poll poll{context, info[3].As<v8::Function>(), false};
  const BignumPtr exponent(BN_bin2bn(exponent_bytes.data(), static_cast<int>(exponent_bytes.size()), nullptr));
  // An even one has no inverse, and libcrypto would look for primes for ever.
  if (!BN_is_odd(exponent.get()) || BN_is_one(exponent.get())) return;
  const KeyContextPtr generation(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  if (EVP_PKEY_keygen_init(generation.get()) != 1) return;
  if (EVP_PKEY_CTX_set_rsa_keygen_bits(generation.get(), static_cast<int>(bits)) != 1) return;
  if (EVP_PKEY_CTX_set1_rsa_keygen_pubexp(generation.get(), exponent.get()) != 1) return;
  EVP_PKEY_CTX_set_app_data(generation.get(), &poll);
  EVP_PKEY_CTX_set_cb(generation.get(), on_progress);
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_generate(generation.get(), &key) != 1 || poll.stopped) {
    EVP_PKEY_free(key);
    return;
  }
  auto handle = std::make_unique<KeyHandle>(KeyKind::kRsa, KeyPtr(key));
  info.GetReturnValue().Set(host.crypto_handles->add(info.GetIsolate(), std::move(handle)));
}

void op_generate_named(nrv8_isolate& host, const OpInfo& info) {
  const auto kind = static_cast<KeyKind>(to_uint32(info[1]));
  const char* const name = name_of(kind);
  if (name == nullptr) return;
  KeyPtr key(is_nist_curve(kind) ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", name)
                                 : EVP_PKEY_Q_keygen(nullptr, nullptr, name));
  if (key == nullptr) return;
  auto handle = std::make_unique<KeyHandle>(kind, std::move(key));
  info.GetReturnValue().Set(host.crypto_handles->add(info.GetIsolate(), std::move(handle)));
}

}  // namespace nr::crypto
