#include <string>
#include <vector>

#include "isolate.h"
#include "network_runtime.h"
#include "ops/ops.h"
#include "wire/errors.h"
#include "wire/serialize.h"

namespace nr {
namespace {

/** The value itself, or what the prelude shows of one that cannot be cloned. Empty: an exception is pending. */
v8::MaybeLocal<v8::Value> cloneable(nrv8_isolate& host, v8::Local<v8::Context> context, v8::Local<v8::Value> value,
                                    v8::Local<v8::Function> show) {
  v8::TryCatch try_catch(host.isolate);
  if (PayloadWriter(host, context, PayloadWriter::Purpose::kTrial).write(value, "")) return value;
  if (try_catch.HasTerminated()) return try_catch.ReThrow(), v8::MaybeLocal<v8::Value>();
  try_catch.Reset();
  v8::Local<v8::Value> text;
  if (show->Call(context, v8::Undefined(host.isolate), 1, &value).ToLocal(&text)) return text;
  if (try_catch.HasTerminated()) return try_catch.ReThrow(), v8::MaybeLocal<v8::Value>();
  return v8::String::Empty(host.isolate).As<v8::Value>();
}

/** What of a text a message has room for, with a level and the names around it. */
v8::Local<v8::Value> that_fits(nrv8_isolate& host, v8::Local<v8::Value> text) {
  constexpr size_t kAround = 128;
  const size_t message_max = host.options.message_bytes_max;
  if (message_max == 0 || !text->IsString()) return text;
  const auto string = text.As<v8::String>();
  const size_t units_max = (message_max - kAround) / sizeof(uint16_t);
  if (static_cast<size_t>(string->Length()) <= units_max) return text;
  std::vector<uint16_t> units(units_max);
  string->WriteV2(host.isolate, 0, static_cast<uint32_t>(units_max), units.data());
  return v8::String::NewFromTwoByte(host.isolate, units.data(), v8::NewStringType::kNormal, static_cast<int>(units_max))
      .FromMaybe(v8::String::Empty(host.isolate));
}

/** False: an exception is pending, which is a termination. */
bool show_inspector(nrv8_isolate& host, v8::Local<v8::Value> level, v8::Local<v8::Array> arguments) {
  v8::Isolate* const isolate = host.isolate;
  const v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::TryCatch try_catch(isolate);
  const std::string method = level->IsString() ? utf8(isolate, level.As<v8::String>(), 16) : "log";
  // The last argument of a trace is the stack as text, which an inspector has better.
  const uint32_t count = arguments->Length() - (method == "trace" && arguments->Length() != 0 ? 1 : 0);
  std::vector<v8::Local<v8::Value>> values;
  for (uint32_t index = 0; index < count; index++) {
    v8::Local<v8::Value> value;
    if (!arguments->Get(context, index).ToLocal(&value)) value = v8::Undefined(isolate);
    values.push_back(value);
  }
  host.inspection->console(method.c_str(), values);
  if (!try_catch.HasTerminated()) return true;
  try_catch.ReThrow();
  return false;
}

}  // namespace

/** (level, args[], text, show) The pair (level, {text, args}). */
void op_console(nrv8_isolate& host, const OpInfo& info) {
  v8::Isolate* const isolate = host.isolate;
  const v8::Local<v8::Context> context = isolate->GetCurrentContext();
  if (!info[2]->IsArray() || !info[4]->IsFunction()) return;
  const auto arguments = info[2].As<v8::Array>();
  if (host.inspection != nullptr && !show_inspector(host, info[1], arguments)) return;
  if (!host.console_is_heard) return;
  const v8::Local<v8::Value> text = that_fits(host, info[3]);
  const auto entry = [&](v8::Local<v8::Value> args) {
    v8::Local<v8::Name> names[] = {ascii(isolate, "text"), ascii(isolate, "args")};
    v8::Local<v8::Value> values[] = {text, args};
    return v8::Object::New(isolate, v8::Null(isolate), names, values, std::size(names));
  };
  // console never throws, not even for a message over the limit.
  v8::TryCatch try_catch(isolate);
  {
    PayloadWriter writer(host, context, PayloadWriter::Purpose::kAttempt);
    const bool recorded = writer.write(info[1], "level") && writer.write(entry(arguments), "arguments") &&
                          writer.record(NR_EVENT_CONSOLE, 0);
    if (recorded && !try_catch.HasTerminated()) return;
    if (try_catch.HasTerminated()) return (void)try_catch.ReThrow();
    try_catch.Reset();
  }
  std::vector<v8::Local<v8::Value>> plain(arguments->Length());
  for (uint32_t i = 0; i < plain.size(); i++) {
    v8::Local<v8::Value> value;
    if (!arguments->Get(context, i).ToLocal(&value) ||
        !cloneable(host, context, value, info[4].As<v8::Function>()).ToLocal(&plain[i])) {
      if (try_catch.HasTerminated()) try_catch.ReThrow();
      return;
    }
  }
  const auto record = [&](v8::Local<v8::Array> args) {
    return record_pair(host, context, NR_EVENT_CONSOLE, 0, info[1], entry(args));
  };
  // Each may be sent, but not all of them: the text is what is left.
  if (!record(v8::Array::New(isolate, plain.data(), plain.size())) && !try_catch.HasTerminated()) {
    try_catch.Reset();
    record(v8::Array::New(isolate, 0));
  }
  if (try_catch.HasTerminated()) try_catch.ReThrow();
}

}  // namespace nr
