#include "ops/ops.h"

#include "isolate.h"
#include "network_runtime.h"
#include "ops/crypto/crypto.h"
#include "ops/seeded_random.h"
#include "override/locale.h"
#include "override/stacks.h"
#include "system/memory.h"
#include "turn/evaluation.h"
#include "turn/timers.h"
#include "wire/errors.h"
#include "wire/serialize.h"

namespace nr {
namespace {

uint32_t id_of(v8::Local<v8::Value> value) {
  if (value->IsUint32()) return value.As<v8::Uint32>()->Value();
  return 0;
}

/** (view, whether it is to be a secret) */
void op_random_fill(const nrv8_isolate& host, const OpInfo& info) {
  if (!info[1]->IsArrayBufferView()) return;
  const auto view = info[1].As<v8::ArrayBufferView>();
  const size_t length = view->ByteLength();
  auto* const data = static_cast<uint8_t*>(view->Buffer()->Data()) + view->ByteOffset();
  SeededRandom* const seeded = host.random.get();
  if (seeded != nullptr && (seeded->replaces_secrets() || !info[2]->IsTrue())) return seeded->fill(data, length);
  if (!random_bytes(data, length)) info.GetIsolate()->ThrowError("The system has no random bytes to give.");
}

void op_now(nrv8_isolate& host, const OpInfo& info) { info.GetReturnValue().Set(host.now_ms()); }

void op_timer_arm(nrv8_isolate& host, const OpInfo& info) {
  if (info[1]->IsNumber()) arm_timer(host, info[1].As<v8::Number>()->Value());
}

void op_clock_advance(nrv8_isolate& host, const OpInfo& info) {
  if (info[1]->IsNumber()) advance_clock(host, info[1].As<v8::Number>()->Value());
}

void op_request(nrv8_isolate& host, v8::Local<v8::Context> context, const OpInfo& info) {
  const uint32_t id = id_of(info[1]);
  if (record_pair(host, context, NR_EVENT_REQUEST, id, info[2], info[3])) note_request(host, id);
}

void op_request_aborted(nrv8_isolate& host, const OpInfo& info) {
  const uint32_t id = id_of(info[1]);
  host.record(NR_EVENT_REQUEST_ABORTED, NR_ENCODING_WIRE, id, nullptr, 0, false);
  note_settled(host, id);
}

void op_report_error(nrv8_isolate& host, v8::Local<v8::Context> context, const OpInfo& info) {
  const v8::Local<v8::Message> message = v8::Exception::CreateMessage(host.isolate, info[1]);
  const ErrorLocation where =
      info[1]->IsNativeError() ? location_of(context, info[1], message) : location_of_caller(host.isolate);
  report_uncaught(host, context, info[1], where, message_text(host.isolate, message));
}

/** Where a value was made that cannot be sent, or an error that does not say: in the script, nobody knows where, or in
 * the handler. */
ErrorLocation fallback_location(v8::Isolate* isolate, v8::Local<v8::Value> origin) {
  if (origin->IsString()) return {utf8(isolate, origin.As<v8::String>(), kFilenameMax)};
  if (!origin->IsFunction()) return {};
  const auto handler = origin.As<v8::Function>();
  const v8::Local<v8::Value> name = handler->GetScriptOrigin().ResourceName();
  if (name.IsEmpty() || !name->IsString() || handler->ScriptId() == nrv8_isolate::of(isolate)->prelude_script_id)
    return {};
  return {utf8(isolate, name.As<v8::String>(), kFilenameMax), handler->GetScriptLineNumber() + 1,
          handler->GetScriptColumnNumber() + 1};
}

void op_reply_error(nrv8_isolate& host, v8::Local<v8::Context> context, const OpInfo& info) {
  ErrorLocation location = location_of_error(context, info[2]);
  if (location.filename.empty()) location = fallback_location(host.isolate, info[3]);
  record_error(host, context, NR_EVENT_REPLY_ERROR, id_of(info[1]), info[2], location);
}

void op_structured_clone(nrv8_isolate& host, v8::Local<v8::Context> context, const OpInfo& info) {
  v8::Local<v8::Value> clone;
  const PlatformCloning platform{info[3], info[4], info[5], info[6]};
  if (structured_clone(host, context, info[1], info[2], platform).ToLocal(&clone)) info.GetReturnValue().Set(clone);
}

/** The microtasks that wait, in the middle of a turn: what runs after it is of the same evaluation as before. */
void op_microtask_checkpoint(v8::Isolate* isolate) {
  const uint32_t evaluation = current_evaluation(isolate);
  isolate->PerformMicrotaskCheckpoint();
  set_current_evaluation(isolate, evaluation);
}

}  // namespace

void call_op(const OpInfo& info) {
  v8::Isolate* const isolate = info.GetIsolate();
  if (!info[0]->IsInt32()) return;
  nrv8_isolate& host = *nrv8_isolate::of(isolate);
  const auto context = [isolate] { return isolate->GetCurrentContext(); };
  // A false result of record_* means that an exception is pending, which is all that the prelude has to see.
  const auto op = static_cast<Op>(info[0].As<v8::Int32>()->Value());
  switch (op) {
    case Op::kSetHooks:
      return;  // The snapshot's creator has taken them.
    case Op::kSend:
      record_pair(host, context(), NR_EVENT_MESSAGE, 0, info[1], info[2]);
      return;
    case Op::kRequest:
      return op_request(host, context(), info);
    case Op::kReply:
      record_value(host, context(), NR_EVENT_REPLY, id_of(info[1]), info[2]);
      return;
    case Op::kReplyError:
      return op_reply_error(host, context(), info);
    case Op::kTimerArm:
      return op_timer_arm(host, info);
    case Op::kNow:
      return op_now(host, info);
    case Op::kConsole:
      return op_console(host, info);
    case Op::kRandomFill:
      return op_random_fill(host, info);
    case Op::kStructuredClone:
      return op_structured_clone(host, context(), info);
    case Op::kUtf8Encode:
      return op_utf8_encode(info);
    case Op::kUtf8EncodeInto:
      return op_utf8_encode_into(info);
    case Op::kUtf8Decode:
      return op_utf8_decode(info);
    case Op::kBtoa:
      return op_btoa(info);
    case Op::kAtob:
      return op_atob(info);
    case Op::kReportError:
      return op_report_error(host, context(), info);
    case Op::kGetEvaluation:
      info.GetReturnValue().Set(current_evaluation(isolate));
      return;
    case Op::kSetEvaluation:
      set_current_evaluation(isolate, id_of(info[1]));
      return;
    case Op::kTimeOrigin:
      info.GetReturnValue().Set(host.time_origin_ms);
      return;
    case Op::kRequestAborted:
      return op_request_aborted(host, info);
    case Op::kLendStack:
      if (info[1]->IsNativeError() && info[2]->IsNativeError()) {
        lend_stack(info[1].As<v8::Object>(), info[2].As<v8::Object>());
      }
      return;
    case Op::kLocale:
      info.GetReturnValue().Set(ascii(isolate, locale_of(isolate).c_str()));
      return;
    case Op::kTurnStart:
      info.GetReturnValue().Set(host.turn_monotonic_ms);
      return;
    case Op::kPreview:
      return op_preview(host, info);
    case Op::kOwnNames:
      return op_own_names(host, info);
    case Op::kClockAdvance:
      return op_clock_advance(host, info);
    case Op::kModuleCompile:
      return op_module_compile(host, info);
    case Op::kModuleWrap:
      return op_module_wrap(host, info);
    case Op::kModuleResolve:
      return op_module_resolve(host, info);
    case Op::kModuleLink:
      return op_module_link(host, info);
    case Op::kModuleEvaluate:
      return op_module_evaluate(host, info);
    case Op::kModuleNamespace:
      return op_module_namespace(host, info);
    case Op::kModuleExports:
      return op_module_exports(host, info);
    case Op::kArgon2Step... Op::kArgon2Start:
      return crypto::call(host, context(), op, info);
    case Op::kUrlParse:
      return op_url_parse(info);
    case Op::kUrlCanParse:
      return op_url_can_parse(info);
    case Op::kUrlSet:
      return op_url_set(info);
    case Op::kUrlencodedParse:
      return op_urlencoded_parse(info);
    case Op::kUrlencodedSerialize:
      return op_urlencoded_serialize(info);
    case Op::kUrlPatternParse:
      return op_url_pattern_parse(info);
    case Op::kUrlPatternInput:
      return op_url_pattern_input(info);
    case Op::kUrlPatternGenerate:
      return op_url_pattern_generate(info);
    case Op::kUrlPatternCompare:
      return op_url_pattern_compare(info);
    case Op::kPlatformObjectKey:
    case Op::kLazyProperty:
    case Op::kHiddenTwin:
      return;  // The snapshot's creator has given it.
    case Op::kBytesToString:
      return op_bytes_to_string(info);
    case Op::kMicrotaskCheckpoint:
      return op_microtask_checkpoint(isolate);
    case Op::kTextWidth:
      return op_text_width(info);
    case Op::kCollectGarbage:
      return isolate->LowMemoryNotification();
    case Op::kCodecNew:
      return op_codec_new(info);
    case Op::kCodecRun:
      return op_codec_run(info);
    case Op::kLegacyDecode:
      return op_legacy_decode(info);
  }
}

}  // namespace nr
