#include "ops/crypto/crypto.h"

#include <openssl/err.h>

#include "isolate.h"
#include "ops/crypto/bytes.h"
#include "ops/crypto/openssl.h"
#include "wire/errors.h"

namespace nr::crypto {

Output::Output(v8::Isolate* isolate, size_t size) {
  if (!v8::ArrayBuffer::MaybeNew(isolate, size, v8::BackingStoreInitializationMode::kZeroInitialized)
           .ToLocal(&buffer_)) {
    throw_range_error(isolate, "Array buffer allocation failed");
  }
}

v8::MaybeLocal<v8::ArrayBuffer> new_buffer(v8::Isolate* isolate, std::span<const uint8_t> bytes) {
  const Output output(isolate, bytes.size());
  if (!output) return {};
  if (!bytes.empty()) memcpy(output.data(), bytes.data(), bytes.size());
  return output.buffer();
}

void call(nrv8_isolate& host, v8::Local<v8::Context> context, Op op, const OpInfo& info) {
  prepare_thread();
  switch (op) {
    case Op::kDigest:
      op_digest(info);
      break;
    case Op::kMac:
      op_mac(info);
      break;
    case Op::kCipher:
      op_cipher(info);
      break;
    case Op::kHkdf:
      op_hkdf(info);
      break;
    case Op::kPbkdf2Start:
      op_pbkdf2_start(host, info);
      break;
    case Op::kPbkdf2Step:
      op_pbkdf2_step(info);
      break;
    case Op::kGenerateRsa:
      op_generate_rsa(host, context, info);
      break;
    case Op::kGenerateNamed:
      op_generate_named(host, info);
      break;
    case Op::kImportDer:
      op_import_der(host, info);
      break;
    case Op::kExportDer:
      op_export_der(info);
      break;
    case Op::kImportRsa:
      op_import_rsa(host, context, info);
      break;
    case Op::kImportRaw:
      op_import_raw(host, info);
      break;
    case Op::kComponents:
      op_components(context, info);
      break;
    case Op::kSign:
      op_sign(info);
      break;
    case Op::kVerify:
      op_verify(info);
      break;
    case Op::kRsaOaep:
      op_rsa_oaep(info);
      break;
    case Op::kAgree:
      op_agree(info);
      break;
    case Op::kEncapsulate:
      op_encapsulate(info);
      break;
    case Op::kDecapsulate:
      op_decapsulate(info);
      break;
    case Op::kArgon2Start:
      op_argon2_start(info);
      break;
    case Op::kArgon2Step:
      op_argon2_step(info);
      break;
    default:
      break;
  }
  ERR_clear_error();
}

}  // namespace nr::crypto
