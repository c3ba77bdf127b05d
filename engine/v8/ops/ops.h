#ifndef NR_V8_OPS_OPS_H_
#define NR_V8_OPS_OPS_H_

#include <cstdint>

#include "v8.h"

struct nrv8_isolate;

namespace nr {

/** The numbers of prelude/core/engine.ts; tests/abi compares the two. */
enum class Op : int32_t {
  kSetHooks = 1,
  kSend = 2,
  kRequest = 3,
  kReply = 4,
  kReplyError = 5,
  kTimerArm = 6,
  kNow = 7,
  kConsole = 8,
  kRandomFill = 9,
  kStructuredClone = 10,
  kUtf8Encode = 11,
  kUtf8EncodeInto = 12,
  kUtf8Decode = 13,
  kBtoa = 14,
  kAtob = 15,
  kReportError = 16,
  kGetEvaluation = 17,
  kSetEvaluation = 18,
  kTimeOrigin = 19,
  kRequestAborted = 20,
  kLendStack = 21,
  kLocale = 22,
  kPreview = 23,
  kTurnStart = 24,
  kOwnNames = 25,
  kModuleCompile = 26,
  kModuleWrap = 27,
  kModuleResolve = 28,
  kModuleLink = 29,
  kModuleEvaluate = 30,
  kModuleNamespace = 31,
  kModuleExports = 32,
  kClockAdvance = 33,
  kDigest = 50,
  kMac = 51,
  kCipher = 52,
  kHkdf = 53,
  kPbkdf2Start = 54,
  kPbkdf2Step = 55,
  kGenerateRsa = 56,
  kGenerateNamed = 57,
  kImportDer = 58,
  kExportDer = 59,
  kImportRsa = 60,
  kImportRaw = 61,
  kComponents = 62,
  kSign = 63,
  kVerify = 64,
  kRsaOaep = 65,
  kAgree = 66,
  kEncapsulate = 67,
  kDecapsulate = 68,
  kArgon2Start = 69,
  kArgon2Step = 49,
  kUrlParse = 40,
  kUrlCanParse = 41,
  kUrlSet = 42,
  kUrlencodedParse = 43,
  kUrlencodedSerialize = 44,
  kUrlPatternParse = 45,
  kUrlPatternInput = 46,
  kUrlPatternGenerate = 47,
  kUrlPatternCompare = 48,
  kPlatformObjectKey = 80,
  kBytesToString = 81,
  kMicrotaskCheckpoint = 82,
  kLazyProperty = 83,
  kCollectGarbage = 84,
  kHiddenTwin = 85,
  kTextWidth = 86,
  kCodecNew = 70,
  kCodecRun = 71,
  kLegacyDecode = 72,
};

using OpInfo = v8::FunctionCallbackInfo<v8::Value>;

/** The one native function of the prelude: op(id, a, b, c). */
void call_op(const OpInfo& info);

// text_ops.cc
void op_utf8_encode(const OpInfo& info);
void op_utf8_encode_into(const OpInfo& info);
void op_utf8_decode(const OpInfo& info);
void op_bytes_to_string(const OpInfo& info);
// base64_ops.cc
void op_btoa(const OpInfo& info);
void op_atob(const OpInfo& info);
// url_ops.cc
void op_url_parse(const OpInfo& info);
void op_url_can_parse(const OpInfo& info);
void op_url_set(const OpInfo& info);
// urlencoded_ops.cc
void op_urlencoded_parse(const OpInfo& info);
void op_urlencoded_serialize(const OpInfo& info);
// url_pattern_ops.cc
void op_url_pattern_parse(const OpInfo& info);
void op_url_pattern_input(const OpInfo& info);
// url_pattern_proposals.cc
void op_url_pattern_generate(const OpInfo& info);
void op_url_pattern_compare(const OpInfo& info);
// compression_ops.cc
void op_codec_new(const OpInfo& info);
void op_codec_run(const OpInfo& info);
// legacy_ops.cc
void op_legacy_decode(const OpInfo& info);
// text_width.cc
void op_text_width(const OpInfo& info);
// console.cc
void op_console(nrv8_isolate& host, const OpInfo& info);
// preview.cc
void op_preview(nrv8_isolate& host, const OpInfo& info);
void op_own_names(nrv8_isolate& host, const OpInfo& info);
// module_ops.cc
void op_module_compile(nrv8_isolate& host, const OpInfo& info);
void op_module_wrap(nrv8_isolate& host, const OpInfo& info);
void op_module_resolve(nrv8_isolate& host, const OpInfo& info);
void op_module_link(nrv8_isolate& host, const OpInfo& info);
void op_module_evaluate(nrv8_isolate& host, const OpInfo& info);
void op_module_namespace(nrv8_isolate& host, const OpInfo& info);
void op_module_exports(nrv8_isolate& host, const OpInfo& info);

}  // namespace nr

#endif  // NR_V8_OPS_OPS_H_
