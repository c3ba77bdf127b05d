// execute and evaluate. A script runs as a classic script, unless it awaits at its top level: then it is the body of an
// async function, but its declarations are still the context's.

#include <cstring>
#include <iterator>
#include <string>
#include <string_view>

#include "network_runtime.h"
#include "override/script_arguments.h"
#include "override/top_level_await.h"
#include "turn/evaluation.h"
#include "turn/turn.h"
#include "wire/errors.h"
#include "wire/serialize.h"

namespace nr {
namespace {

constexpr char kDefaultName[] = "script.js";

struct Source {
  std::string name;
  TextEncoding encoding;
  const uint8_t* text;
  size_t length;
  /** Names with their values, in the wire format; null: none. */
  const uint8_t* arguments;
  size_t arguments_length;
  int32_t line_offset;
  int32_t column_offset;
  /** Whether the text is the body of an async function. */
  bool is_body;
};

/** Takes a number from the bytes, or as many bytes as it says. */
template <typename Number>
bool take_number(const uint8_t** bytes, size_t* left, Number* number) {
  if (*left < sizeof *number) return false;
  memcpy(number, *bytes, sizeof *number);
  *bytes += sizeof *number;
  *left -= sizeof *number;
  return true;
}

bool take_bytes(const uint8_t** bytes, size_t* left, uint32_t length, const uint8_t** taken) {
  if (length > *left) return false;
  *taken = *bytes;
  *bytes += length;
  *left -= length;
  return true;
}

bool parse_source(uint32_t encoding, const uint8_t* bytes, size_t length, Source* source) {
  uint32_t head;
  if (!take_number(&bytes, &length, &head)) return false;
  const bool has_arguments = (head & NR_SOURCE_HAS_ARGUMENTS) != 0;
  const bool has_offsets = (head & NR_SOURCE_HAS_OFFSETS) != 0;
  const uint32_t name_length = head & ~(NR_SOURCE_HAS_ARGUMENTS | NR_SOURCE_HAS_OFFSETS | NR_SOURCE_IS_BODY);
  source->is_body = (head & NR_SOURCE_IS_BODY) != 0;
  uint32_t arguments_length = 0;
  if (has_arguments && !take_number(&bytes, &length, &arguments_length)) return false;
  source->line_offset = 0;
  source->column_offset = 0;
  if (has_offsets &&
      (!take_number(&bytes, &length, &source->line_offset) || !take_number(&bytes, &length, &source->column_offset))) {
    return false;
  }
  const uint8_t* name;
  if (!take_bytes(&bytes, &length, name_length, &name)) return false;
  source->arguments = nullptr;
  source->arguments_length = arguments_length;
  if (has_arguments && !take_bytes(&bytes, &length, arguments_length, &source->arguments)) return false;
  switch (encoding) {
    case NR_ENCODING_SOURCE_LATIN1:
      source->encoding = TextEncoding::kLatin1;
      break;
    case NR_ENCODING_SOURCE_UTF16:
      source->encoding = TextEncoding::kUtf16;
      break;
    case NR_ENCODING_SOURCE_UTF8:
      source->encoding = TextEncoding::kUtf8;
      break;
    default:
      return false;
  }
  source->name.assign(reinterpret_cast<const char*>(name), name_length);
  if (source->name.empty()) source->name = kDefaultName;
  source->text = bytes;
  source->length = length;
  return true;
}

/** Without the word, also in a comment, nothing awaits: it cannot be written with escapes. */
bool mentions_await(const Source& source) {
  using namespace std::string_view_literals;
  const std::string_view word = source.encoding == TextEncoding::kUtf16 ? "a\0w\0a\0i\0t\0"sv : "await"sv;
  return memmem(source.text, source.length, word.data(), word.size()) != nullptr;
}

v8::Local<v8::String> utf8_string(v8::Isolate* isolate, std::string_view text) {
  return v8::String::NewFromUtf8(isolate, text.data(), v8::NewStringType::kNormal, static_cast<int>(text.size()))
      .FromMaybe(v8::String::Empty(isolate));
}

/** One execute (request 0) or evaluate. */
class Run {
 public:
  Run(nrv8_isolate& host, uint32_t request_id, const Source& source)
      : host_(host), isolate_(host.isolate), request_id_(request_id), source_(source), turn_(host) {}

  int32_t run();

 private:
  bool read_arguments();
  v8::MaybeLocal<v8::UnboundScript> compile(v8::Local<v8::String> text);
  v8::MaybeLocal<v8::UnboundScript> compile_plain(v8::Local<v8::String> text, const ScriptName& name);
  v8::MaybeLocal<v8::UnboundScript> compile_classic(v8::Local<v8::String> text);
  bool enclose(v8::Local<v8::String>* text);
  v8::MaybeLocal<v8::UnboundScript> compile_awaiting(v8::Local<v8::String> text);
  v8::MaybeLocal<v8::Value> call(v8::Local<v8::UnboundScript> script);
  bool follow(v8::Local<v8::Promise> promise);
  bool settle(v8::Local<v8::Value> value);
  /** Reports what try_catch holds, or replies with it. False, for the caller to return. */
  bool fail(bool parsing);

  static void on_fulfilled(const v8::FunctionCallbackInfo<v8::Value>& info);
  static void on_rejected(const v8::FunctionCallbackInfo<v8::Value>& info);
  static bool settle(nrv8_isolate& host, v8::Local<v8::Context> context, uint32_t request_id,
                     v8::Local<v8::String> name, v8::Local<v8::Value> value);

  nrv8_isolate& host_;
  v8::Isolate* const isolate_;
  const uint32_t request_id_;
  const Source& source_;
  Turn turn_;
  ScriptName name_;
  /** Empty: none. */
  v8::Local<v8::Object> arguments_;
  v8::Local<v8::PrimitiveArray> names_;
  bool with_await_ = false;
};

int32_t Run::run() {
  v8::Local<v8::String> text;
  name_ = {utf8_string(isolate_, source_.name), source_.line_offset, source_.column_offset};
  if (!read_text(isolate_, source_.encoding, source_.text, source_.length).ToLocal(&text) || !read_arguments()) {
    if (!turn_.try_catch().HasTerminated()) turn_.try_catch().Reset();
    return turn_.end(NRV8_BAD_PAYLOAD);
  }
  set_current_evaluation(isolate_, request_id_);
  v8::Local<v8::UnboundScript> script;
  v8::Local<v8::Value> value;
  bool done;
  if (!compile(text).ToLocal(&script)) {
    done = fail(true);
  } else if (!call(script).ToLocal(&value)) {
    done = fail(false);
  } else {
    done = with_await_ ? follow(value.As<v8::Promise>()) : settle(value);
  }
  return turn_.end(done ? NRV8_OK : NRV8_THREW);
}

bool Run::read_arguments() {
  if (source_.arguments == nullptr) return true;
  const v8::Local<v8::Context> context = turn_.context();
  v8::Local<v8::Value> value;
  if (!read_value(context, NR_ENCODING_WIRE, source_.arguments, source_.arguments_length, &value)) return false;
  if (!value->IsObject()) return false;
  arguments_ = value.As<v8::Object>();
  return argument_names(context, arguments_).ToLocal(&names_);
}

v8::MaybeLocal<v8::UnboundScript> Run::compile_plain(v8::Local<v8::String> text, const ScriptName& name) {
  const v8::ScriptOrigin origin(name.name, name.line_offset, name.column_offset);
  v8::ScriptCompiler::Source source(text, origin);
  return v8::ScriptCompiler::CompileUnboundScript(isolate_, &source);
}

/** Makes the body of an async function the call of one. What would end the body and go on after it cannot go on in the
 * same way after a declaration: so it is tried as one, too. False: it does not parse. */
bool Run::enclose(v8::Local<v8::String>* text) {
  constexpr std::string_view kDeclaration = "async function _(){";
  constexpr std::string_view kCall = "(async()=>{";
  const auto between = [&](std::string_view before, const char* after) {
    const v8::Local<v8::String> begun = v8::String::Concat(isolate_, utf8_string(isolate_, before), *text);
    return v8::String::Concat(isolate_, begun, utf8_string(isolate_, after));
  };
  ScriptName name = name_;
  name.column_offset -= static_cast<int>(kDeclaration.size());
  if (compile_plain(between(kDeclaration, "\n}"), name).IsEmpty()) return false;
  name_.column_offset -= static_cast<int>(kCall.size());
  *text = between(kCall, "\n})()");
  return true;
}

v8::MaybeLocal<v8::UnboundScript> Run::compile_classic(v8::Local<v8::String> text) {
  if (!arguments_.IsEmpty()) return compile_with_arguments(isolate_, text, name_, names_, false);
  return compile_plain(text, name_);
}

v8::MaybeLocal<v8::UnboundScript> Run::compile_awaiting(v8::Local<v8::String> text) {
  if (!arguments_.IsEmpty()) return compile_with_arguments(isolate_, text, name_, names_, true);
  return compile_with_await(isolate_, text, name_);
}

v8::MaybeLocal<v8::Value> Run::call(v8::Local<v8::UnboundScript> script) {
  const v8::Local<v8::Context> context = turn_.context();
  if (arguments_.IsEmpty()) return script->BindToCurrentContext()->Run(context);
  v8::Local<v8::Function> bound;
  if (!bind_arguments(context, script, names_, arguments_).ToLocal(&bound)) return {};
  return bound->Call(context, v8::Undefined(isolate_), 0, nullptr);
}

/** As a classic script if it can be one, unless it is one only because `await` is then some name. */
v8::MaybeLocal<v8::UnboundScript> Run::compile(v8::Local<v8::String> text) {
  if (source_.is_body && !enclose(&text)) return {};
  v8::Local<v8::UnboundScript> classic;
  const bool is_classic = compile_classic(text).ToLocal(&classic);
  if (turn_.try_catch().HasTerminated()) return {};
  if (is_classic && !(mentions_await(source_) && names_await(classic))) return classic;
  if (!is_classic) {
    if (!mentions_await(source_)) return {};
    turn_.try_catch().Reset();
    with_await_ = true;
    return compile_awaiting(text);
  }
  v8::TryCatch try_catch(isolate_);
  v8::Local<v8::UnboundScript> with_await;
  with_await_ = compile_awaiting(text).ToLocal(&with_await) && awaits(with_await);
  if (try_catch.HasTerminated()) return try_catch.ReThrow(), v8::MaybeLocal<v8::UnboundScript>();
  return with_await_ ? with_await : classic;
}

bool Run::follow(v8::Local<v8::Promise> promise) {
  const v8::Local<v8::Context> context = turn_.context();
  v8::Local<v8::Value> parts[] = {v8::Integer::NewFromUnsigned(isolate_, request_id_), name_.name};
  const v8::Local<v8::Value> data = v8::Array::New(isolate_, parts, std::size(parts));
  v8::Local<v8::Function> fulfilled;
  v8::Local<v8::Function> rejected;
  if (!v8::Function::New(context, on_fulfilled, data, 1, v8::ConstructorBehavior::kThrow).ToLocal(&fulfilled) ||
      !v8::Function::New(context, on_rejected, data, 1, v8::ConstructorBehavior::kThrow).ToLocal(&rejected)) {
    return fail(false);
  }
  // Promise::Then would ask the guest's Promise for its species.
  v8::Local<v8::Value> arguments[] = {promise, fulfilled, rejected};
  return turn_.call(Hook::kFollow, std::size(arguments), arguments);
}

/** What a script's promise is followed for. */
struct Followed {
  uint32_t request_id;
  v8::Local<v8::String> name;
};

Followed followed(const v8::FunctionCallbackInfo<v8::Value>& info) {
  const v8::Local<v8::Context> context = info.GetIsolate()->GetCurrentContext();
  const auto data = info.Data().As<v8::Array>();
  // The engine's own array, with elements of its own.
  return {data->Get(context, 0).ToLocalChecked().As<v8::Uint32>()->Value(),
          data->Get(context, 1).ToLocalChecked().As<v8::String>()};
}

/** The script ran to its end: its value is the only property of an object, under a name that no script can write. */
void Run::on_fulfilled(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Isolate* const isolate = info.GetIsolate();
  nrv8_isolate& host = *nrv8_isolate::of(isolate);
  const v8::Local<v8::Context> context = isolate->GetCurrentContext();
  const auto [request_id, name] = followed(info);
  if (request_id == 0) return;
  v8::Local<v8::Value> value = info[0];
  if (value->IsObject() && !value->IsProxy()) {
    if (!value.As<v8::Object>()->GetRealNamedProperty(context, ascii(isolate, ".repl_result")).ToLocal(&value)) {
      value = v8::Undefined(isolate);
    }
  }
  settle(host, context, request_id, name, value);
}

void Run::on_rejected(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Isolate* const isolate = info.GetIsolate();
  nrv8_isolate& host = *nrv8_isolate::of(isolate);
  const v8::Local<v8::Context> context = isolate->GetCurrentContext();
  const auto [request_id, name] = followed(info);
  const v8::Local<v8::Value> error = info[0];
  const v8::Local<v8::Message> message = v8::Exception::CreateMessage(isolate, error);
  ErrorLocation location = location_of_error(context, error);
  // In the microtask where it was thrown V8 makes no message that would say more.
  if (location.filename.empty()) location.filename = utf8(isolate, name, kFilenameMax);
  if (request_id != 0) {
    record_error(host, context, NR_EVENT_REPLY_ERROR, request_id, error, location);
  } else {
    report_uncaught(host, context, error, location, message_text(isolate, message));
  }
}

bool Run::settle(v8::Local<v8::Value> value) {
  if (request_id_ == 0) return true;
  return settle(host_, turn_.context(), request_id_, name_.name, value) || turn_.try_catch().HasTerminated() ||
         fail(false);
}

/** Answers an evaluate with its completion value. False: an exception is pending. */
bool Run::settle(nrv8_isolate& host, v8::Local<v8::Context> context, uint32_t request_id, v8::Local<v8::String> name,
                 v8::Local<v8::Value> value) {
  v8::Isolate* const isolate = host.isolate;
  if (value->IsObject()) {
    // It may be a thenable, which is for the prelude to find out.
    v8::Local<v8::Value> arguments[] = {v8::Integer::NewFromUnsigned(isolate, request_id), value, name};
    return !host.hook(Hook::kSettle)->Call(context, v8::Undefined(isolate), std::size(arguments), arguments).IsEmpty();
  }
  v8::TryCatch try_catch(isolate);
  if (record_value(host, context, NR_EVENT_REPLY, request_id, value)) return true;
  if (try_catch.HasTerminated()) return try_catch.ReThrow(), false;
  record_error(host, context, NR_EVENT_REPLY_ERROR, request_id, try_catch.Exception(),
               {utf8(isolate, name, kFilenameMax)});
  return true;
}

bool Run::fail(bool parsing) {
  v8::TryCatch& try_catch = turn_.try_catch();
  if (!try_catch.HasCaught() || try_catch.HasTerminated()) return false;
  if (request_id_ == 0 && !parsing) {
    report_caught(host_, turn_.context(), try_catch);
    return false;
  }
  const v8::Local<v8::Value> error = try_catch.Exception();
  const v8::Local<v8::Message> message = try_catch.Message();
  ErrorLocation location =
      parsing ? location_of(turn_.context(), message) : location_of(turn_.context(), error, message);
  // The parser stops before it reads a sourceURL comment at the end.
  if (location.filename.empty()) location.filename = source_.name;
  const std::string text = message_text(isolate_, message);
  try_catch.Reset();
  if (request_id_ == 0) {
    report_uncaught(host_, turn_.context(), error, location, text);
  } else {
    record_error(host_, turn_.context(), NR_EVENT_REPLY_ERROR, request_id_, error, location);
  }
  return false;
}

}  // namespace
}  // namespace nr

extern "C" int32_t nrv8_run_script(nrv8_isolate* isolate, uint32_t request_id, uint32_t encoding, const uint8_t* bytes,
                                   size_t length) {
  nr::Source source;
  if (!nr::parse_source(encoding, bytes, length, &source)) return NRV8_BAD_PAYLOAD;
  isolate->has_run_scripts = true;
  return nr::Run(*isolate, request_id, source).run();
}
