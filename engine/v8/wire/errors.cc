#include "wire/errors.h"

#include <algorithm>

#include "isolate.h"
#include "network_runtime.h"
#include "wire/json.h"

namespace nr {
namespace {

// UTF-16 code units. An error is for a log; a guest may make a message of half a gigabyte.
constexpr uint32_t kMessageMax = 16 << 10;
constexpr uint32_t kStackMax = 64 << 10;
constexpr uint32_t kNameMax = 256;
constexpr int kPrototypesMax = 32;
// Above an op there are a few frames of the prelude, then the guest's.
constexpr int kCallerFramesMax = 16;
constexpr char kPreludeName[] = "network-runtime:prelude";

std::string utf8(v8::Isolate* isolate, v8::Local<v8::String> text, uint32_t length_max) {
  const uint32_t length = std::min(static_cast<uint32_t>(text->Length()), length_max);
  // Cut before conversion, so that a huge rope is not flattened to three times its size.
  std::u16string cut(length, u'\0');
  text->WriteV2(isolate, 0, length, reinterpret_cast<uint16_t*>(cut.data()));
  v8::Local<v8::String> part;
  if (!v8::String::NewFromTwoByte(isolate, reinterpret_cast<const uint16_t*>(cut.data()), v8::NewStringType::kNormal,
                                  static_cast<int>(length))
           .ToLocal(&part)) {
    return {};
  }
  std::string result(part->Utf8LengthV2(isolate), '\0');
  result.resize(part->WriteUtf8V2(isolate, result.data(), result.size(), v8::String::WriteFlags::kReplaceInvalidUtf8));
  return result;
}

/** error[key]. Of what is no Error object only data properties are read: nobody asked for its getters to run. */
v8::MaybeLocal<v8::Value> read(v8::Local<v8::Context> context, v8::Local<v8::Object> error, const char* key) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  const v8::Local<v8::String> name = ascii(isolate, key);
  if (error->IsNativeError()) return error->Get(context, name);
  v8::Local<v8::Object> holder = error;
  for (int depth = 0; depth < kPrototypesMax && !holder->IsProxy(); depth++) {
    v8::Local<v8::Value> descriptor;
    if (!holder->GetOwnPropertyDescriptor(context, name).ToLocal(&descriptor)) return {};
    if (descriptor->IsObject()) {
      const auto value = ascii(isolate, "value");
      if (!descriptor.As<v8::Object>()->HasOwnProperty(context, value).FromMaybe(false)) return {};
      return descriptor.As<v8::Object>()->Get(context, value);
    }
    const v8::Local<v8::Value> prototype = holder->GetPrototype();
    if (!prototype->IsObject()) return {};
    holder = prototype.As<v8::Object>();
  }
  return {};
}

/** What the guest would see as error[key], if that is a string (or a number); a throwing getter counts as absent. */
bool read_property(v8::Local<v8::Context> context, v8::Local<v8::Object> error, const char* key, uint32_t length_max,
                   std::string* result) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  v8::TryCatch ignore(isolate);
  v8::Local<v8::Value> value;
  if (!read(context, error, key).ToLocal(&value)) return false;
  if (value->IsString()) {
    *result = utf8(isolate, value.As<v8::String>(), length_max);
    return true;
  }
  return false;
}

bool read_number(v8::Local<v8::Context> context, v8::Local<v8::Object> error, const char* key, int* result) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  v8::TryCatch ignore(isolate);
  v8::Local<v8::Value> value;
  if (!read(context, error, key).ToLocal(&value) || !value->IsInt32()) return false;
  *result = value.As<v8::Int32>()->Value();
  return true;
}

/** String(value) without calling into the guest. */
std::string describe(v8::Local<v8::Context> context, v8::Local<v8::Value> value) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  v8::TryCatch ignore(isolate);
  v8::Local<v8::String> text;
  if (!value->ToDetailString(context).ToLocal(&text)) return {};
  return utf8(isolate, text, kMessageMax);
}

}  // namespace

v8::Local<v8::String> ascii(v8::Isolate* isolate, const char* text) {
  return v8::String::NewFromUtf8(isolate, text, v8::NewStringType::kInternalized).ToLocalChecked();
}

ErrorLocation location_of(v8::Local<v8::Context> context, v8::Local<v8::Message> message) {
  ErrorLocation location;
  if (message.IsEmpty()) return location;
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  const v8::Local<v8::Value> name = message->GetScriptResourceName();
  if (name->IsString()) location.filename = utf8(isolate, name.As<v8::String>(), kMessageMax);
  location.line = message->GetLineNumber(context).FromMaybe(0);
  if (location.line > 0) location.column = message->GetStartColumn() + 1;
  return location;
}

std::string message_text(v8::Isolate* isolate, v8::Local<v8::Message> message) {
  return message.IsEmpty() ? std::string() : utf8(isolate, message->Get(), kMessageMax);
}

ErrorLocation location_of_caller(v8::Isolate* isolate) {
  ErrorLocation location;
  const auto trace = v8::StackTrace::CurrentStackTrace(isolate, kCallerFramesMax);
  for (int i = 0; i < trace->GetFrameCount(); i++) {
    const v8::Local<v8::StackFrame> frame = trace->GetFrame(isolate, i);
    const v8::Local<v8::String> name = frame->GetScriptNameOrSourceURL();
    if (name.IsEmpty()) continue;
    location.filename = utf8(isolate, name, kMessageMax);
    if (location.filename == kPreludeName) continue;
    location.line = frame->GetLineNumber();
    location.column = frame->GetColumn();
    return location;
  }
  return {};
}

ErrorLocation location_of_error(v8::Local<v8::Context> context, v8::Local<v8::Value> error) {
  if (!error->IsNativeError()) return {};
  return location_of(context, v8::Exception::CreateMessage(v8::Isolate::GetCurrent(), error));
}

std::string flatten_error(v8::Local<v8::Context> context, v8::Local<v8::Value> error, const ErrorLocation& location) {
  JsonObject json;
  std::string text;
  if (error->IsObject()) {
    const auto object = error.As<v8::Object>();
    int number;
    const bool named = read_property(context, object, "name", kNameMax, &text);
    json.add("name", named ? text : "Error");
    const bool has_message = read_property(context, object, "message", kMessageMax, &text);
    json.add("message", has_message ? text : describe(context, error));
    if (read_property(context, object, "stack", kStackMax, &text)) json.add("stack", text);
    if (read_property(context, object, "code", kNameMax, &text)) {
      json.add("code", text);
    } else if (read_number(context, object, "code", &number)) {
      json.add("code", number);
    }
  } else {
    json.add("name", "Error");
    json.add("message", error->IsString() ? utf8(v8::Isolate::GetCurrent(), error.As<v8::String>(), kMessageMax)
                                          : describe(context, error));
  }
  if (!location.filename.empty()) json.add("filename", location.filename);
  if (location.line > 0) {
    json.add("lineno", location.line);
    json.add("colno", location.column);
  }
  return json.finish();
}

void record_error(nrv8_isolate& host, v8::Local<v8::Context> context, uint32_t type, uint32_t request_id,
                  v8::Local<v8::Value> error, const ErrorLocation& location) {
  std::string json = flatten_error(context, error, location);
  if (host.isolate->IsExecutionTerminating()) return;
  host.record(type, NR_ENCODING_JSON_UTF8, request_id, reinterpret_cast<uint8_t*>(json.data()), json.size(), false);
}

void report_uncaught(nrv8_isolate& host, v8::Local<v8::Context> context, v8::Local<v8::Value> error,
                     const ErrorLocation& location, const std::string& message) {
  v8::Isolate* const isolate = host.isolate;
  v8::TryCatch try_catch(isolate);
  const auto to_string = [&](const std::string& text) {
    return v8::String::NewFromUtf8(isolate, text.data(), v8::NewStringType::kNormal, static_cast<int>(text.size()))
        .ToLocalChecked();
  };
  v8::Local<v8::Value> arguments[] = {error, to_string(message), to_string(location.filename),
                                      v8::Integer::New(isolate, location.line),
                                      v8::Integer::New(isolate, location.column)};
  v8::Local<v8::Value> prevented;
  const bool called = host.hook(Hook::kError)
                          ->Call(context, v8::Undefined(isolate), std::size(arguments), arguments)
                          .ToLocal(&prevented);
  if (try_catch.HasTerminated()) return;
  // A handler that throws has not handled anything.
  if (called && prevented->IsTrue()) return;
  record_error(host, context, NR_EVENT_ERROR, 0, error, location);
}

void report_caught(nrv8_isolate& host, v8::Local<v8::Context> context, v8::TryCatch& try_catch) {
  if (!try_catch.HasCaught() || try_catch.HasTerminated()) return;
  const v8::Local<v8::Value> error = try_catch.Exception();
  const v8::Local<v8::Message> message = try_catch.Message();
  const ErrorLocation location = location_of(context, message);
  const std::string text = message_text(host.isolate, message);
  try_catch.Reset();
  report_uncaught(host, context, error, location, text);
}

void throw_data_clone_error(v8::Isolate* isolate, v8::Local<v8::String> message) {
  const v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::Value> argument = message;
  v8::Local<v8::Value> error;
  // DOMException is the prelude's. If it cannot be made, its own exception stands: a termination, or no more stack.
  if (nrv8_isolate::of(isolate)
          ->hook(Hook::kDataCloneError)
          ->Call(context, v8::Undefined(isolate), 1, &argument)
          .ToLocal(&error)) {
    isolate->ThrowException(error);
  }
}

void throw_data_clone_error(v8::Isolate* isolate, const char* message) {
  throw_data_clone_error(isolate, ascii(isolate, message));
}

void throw_range_error(v8::Isolate* isolate, const char* message) {
  isolate->ThrowException(v8::Exception::RangeError(ascii(isolate, message)));
}

}  // namespace nr
