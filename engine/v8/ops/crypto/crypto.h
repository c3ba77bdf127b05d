#ifndef NR_V8_OPS_CRYPTO_CRYPTO_H_
#define NR_V8_OPS_CRYPTO_CRYPTO_H_

#include "ops/ops.h"

struct nrv8_isolate;

namespace nr::crypto {

/**
 * The ops of prelude/webcrypto/native.ts, which says what each takes and gives. All of them work on the isolate's
 * thread and so on its CPU budget; what may take long comes back to JavaScript in between, where a termination takes
 * effect. An op that fails returns undefined: only the prelude knows which exception that is.
 */
void call(nrv8_isolate& host, v8::Local<v8::Context> context, Op op, const OpInfo& info);

// digest.cc
void op_digest(const OpInfo& info);
// mac.cc
void op_mac(const OpInfo& info);
// cipher.cc
void op_cipher(const OpInfo& info);
// kdf.cc
void op_hkdf(const OpInfo& info);
// pbkdf2.cc
void op_pbkdf2_start(nrv8_isolate& host, const OpInfo& info);
void op_pbkdf2_step(const OpInfo& info);
// generate.cc
void op_generate_rsa(nrv8_isolate& host, v8::Local<v8::Context> context, const OpInfo& info);
void op_generate_named(nrv8_isolate& host, const OpInfo& info);
// der.cc
void op_import_der(nrv8_isolate& host, const OpInfo& info);
void op_export_der(const OpInfo& info);
// components.cc
void op_import_rsa(nrv8_isolate& host, v8::Local<v8::Context> context, const OpInfo& info);
void op_import_raw(nrv8_isolate& host, const OpInfo& info);
void op_components(v8::Local<v8::Context> context, const OpInfo& info);
// sign.cc
void op_sign(const OpInfo& info);
void op_verify(const OpInfo& info);
// rsa_oaep.cc
void op_rsa_oaep(const OpInfo& info);
// agree.cc
void op_agree(const OpInfo& info);
// encapsulate.cc
void op_encapsulate(const OpInfo& info);
void op_decapsulate(const OpInfo& info);
// argon2_ops.cc
void op_argon2_start(const OpInfo& info);
void op_argon2_step(const OpInfo& info);

}  // namespace nr::crypto

#endif  // NR_V8_OPS_CRYPTO_CRYPTO_H_
