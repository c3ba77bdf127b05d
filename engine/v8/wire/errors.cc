#include "wire/errors.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "isolate.h"
#include "network_runtime.h"
#include "override/stacks.h"
#include "wire/dom_exceptions.h"
#include "wire/error_facts.h"
#include "wire/serialize.h"

namespace nr {
namespace {

// UTF-16 code units. A guest may make a message of half a gigabyte.
constexpr uint32_t kMessageMax = 16 << 10;
constexpr uint32_t kStackMax = 64 << 10;

bool cut_number(std::string_view* text, int* number) {
  const size_t colon = text->rfind(':');
  if (colon == std::string_view::npos) return false;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data() + colon + 1, end, *number);
  text->remove_suffix(text->size() - colon);
  return error == std::errc() && stop == end;
}

/** The first position in the text of a stack: in lines that say "at file:1:2" or "at name (file:1:2)". */
ErrorLocation location_in(std::string_view stack) {
  constexpr std::string_view kLine = "\n    at ";
  for (size_t at = stack.find(kLine); at != std::string_view::npos; at = stack.find(kLine, at)) {
    at += kLine.size();
    std::string_view place = stack.substr(at, stack.find('\n', at) - at);
    if (place.ends_with(')')) {
      place.remove_suffix(1);
      place.remove_prefix(std::min(place.find(" (") + 2, place.size()));
    } else if (place.starts_with("async ")) {
      place.remove_prefix(6);
    }
    ErrorLocation location;
    // Of an evaluated text there is no file.
    if (place.find("<anonymous>") != std::string_view::npos) continue;
    if (!cut_number(&place, &location.column) || !cut_number(&place, &location.line) || place.empty()) continue;
    location.filename = place;
    return location;
  }
  return {};
}

/** Of an error whose stack has become text: somebody read it, or it was cloned. */
ErrorLocation location_in_text(v8::Local<v8::Context> context, v8::Local<v8::Object> error) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  v8::TryCatch ignore(isolate);
  v8::Local<v8::Value> stack;
  if (!error->Get(context, ascii(isolate, "stack")).ToLocal(&stack) || !stack->IsString()) return {};
  return location_in(utf8(isolate, stack.As<v8::String>(), kStackMax));
}

}  // namespace

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

v8::Local<v8::String> ascii(v8::Isolate* isolate, const char* text) {
  return v8::String::NewFromUtf8(isolate, text, v8::NewStringType::kInternalized).ToLocalChecked();
}

ErrorLocation location_of(v8::Local<v8::Context> context, v8::Local<v8::Message> message) {
  ErrorLocation location;
  if (message.IsEmpty() || !is_in_script(message)) return location;
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  const v8::Local<v8::Value> name = message->GetScriptResourceName();
  if (name->IsString()) location.filename = utf8(isolate, name.As<v8::String>(), kFilenameMax);
  location.line = message->GetLineNumber(context).FromMaybe(0);
  if (location.line > 0) location.column = message->GetStartColumn() + 1;
  return location;
}

ErrorLocation location_of(v8::Local<v8::Context> context, v8::Local<v8::Value> error, v8::Local<v8::Message> message) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  ErrorLocation location = location_of(context, message);
  if (!location.filename.empty()) return location;
  StackFrame frame;
  if (error->IsObject() && !error->IsProxy() && innermost_frame(error.As<v8::Object>(), &frame)) {
    return {utf8(isolate, frame.file, kFilenameMax), frame.line, frame.column};
  }
  return error->IsNativeError() ? location_in_text(context, error.As<v8::Object>()) : ErrorLocation();
}

std::string message_text(v8::Isolate* isolate, v8::Local<v8::Message> message) {
  return message.IsEmpty() ? std::string() : utf8(isolate, message->Get(), kMessageMax);
}

ErrorLocation location_of_caller(v8::Isolate* isolate) {
  ErrorLocation location;
  const auto trace = v8::StackTrace::CurrentStackTrace(isolate, 1);
  if (trace->GetFrameCount() == 0) return location;
  const v8::Local<v8::StackFrame> frame = trace->GetFrame(isolate, 0);
  const v8::Local<v8::String> name = frame->GetScriptNameOrSourceURL();
  if (name.IsEmpty()) return location;
  location.filename = utf8(isolate, name, kFilenameMax);
  location.line = frame->GetLineNumber();
  location.column = frame->GetColumn();
  return location;
}

ErrorLocation location_of_error(v8::Local<v8::Context> context, v8::Local<v8::Value> error) {
  if (!error->IsNativeError()) return {};
  return location_of(context, error, v8::Exception::CreateMessage(v8::Isolate::GetCurrent(), error));
}

void record_error(nrv8_isolate& host, v8::Local<v8::Context> context, uint32_t type, uint32_t request_id,
                  v8::Local<v8::Value> error, const ErrorLocation& location) {
  v8::TryCatch try_catch(host.isolate);
  if (host.inspection != nullptr && (type == NR_EVENT_ERROR || type == NR_EVENT_REJECTION)) {
    host.inspection->uncaught(error, type == NR_EVENT_REJECTION, {location.filename, location.line, location.column});
    if (try_catch.HasTerminated()) return (void)try_catch.ReThrow();
    try_catch.Reset();
  }
  for (const Detail detail : {Detail::kAll, Detail::kText, Detail::kLittle}) {
    v8::Local<v8::Value> facts;
    if (error_facts(host, context, error, location, detail).ToLocal(&facts) &&
        record_value(host, context, type, request_id, facts)) {
      return;
    }
    if (try_catch.HasTerminated()) return (void)try_catch.ReThrow();
    // Over the limit of a message, or V8 has no room for it.
    try_catch.Reset();
  }
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
  const ErrorLocation location = location_of(context, error, message);
  const std::string text = message_text(host.isolate, message);
  try_catch.Reset();
  report_uncaught(host, context, error, location, text);
}

void throw_data_clone_error(v8::Isolate* isolate, v8::Local<v8::String> message) {
  const v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::Object> error;
  // If it cannot be made, its own exception stands.
  if (make_dom_exception(*nrv8_isolate::of(isolate), context, ascii(isolate, "DataCloneError"), message)
          .ToLocal(&error)) {
    isolate->ThrowException(error);
  }
}

void throw_data_clone_error(v8::Isolate* isolate, const char* name, v8::Local<v8::Value> value,
                            v8::Local<v8::String> message, const Fits& fits) {
  std::string text = path_to_unfit(isolate->GetCurrentContext(), name, value, fits);
  if (text.empty()) return;
  text += ": ";
  v8::Local<v8::String> path;
  if (!v8::String::NewFromUtf8(isolate, text.data(), v8::NewStringType::kNormal, static_cast<int>(text.size()))
           .ToLocal(&path)) {
    return;
  }
  throw_data_clone_error(isolate, v8::String::Concat(isolate, path, message));
}

void throw_data_clone_error(v8::Isolate* isolate, const char* message) {
  throw_data_clone_error(isolate, ascii(isolate, message));
}

void throw_range_error(v8::Isolate* isolate, const char* message) {
  isolate->ThrowException(v8::Exception::RangeError(ascii(isolate, message)));
}

}  // namespace nr
