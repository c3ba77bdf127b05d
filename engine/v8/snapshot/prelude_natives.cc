// What the snapshot has of the engine: functions that guests' objects lead to, and the prelude's text.

#include "snapshot/prelude_natives.h"

#include "isolate.h"
#include "ops/ops.h"
#include "wire/errors.h"

namespace nr {
namespace {

/** Function.prototype.toString: functions of the prelude look as built-in ones do, as a browser's do.
 * https://tc39.es/ecma262/#sec-function.prototype.tostring, NativeFunction */
void function_to_string(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Isolate* const isolate = info.GetIsolate();
  const nrv8_isolate& host = *nrv8_isolate::of(isolate);
  const v8::Local<v8::Object> self = info.This();
  v8::Local<v8::Value> text;
  if (!self->IsFunction() || self.As<v8::Function>()->ScriptId() != host.prelude_script_id) {
    if (host.function_to_string.Get(isolate)->Call(isolate->GetCurrentContext(), self, 0, nullptr).ToLocal(&text)) {
      info.GetReturnValue().Set(text);
    }
    return;
  }
  const v8::Local<v8::Value> name = self.As<v8::Function>()->GetName();
  v8::Local<v8::String> result = ascii(isolate, "function ");
  if (name->IsString()) result = v8::String::Concat(isolate, result, name.As<v8::String>());
  info.GetReturnValue().Set(v8::String::Concat(isolate, result, ascii(isolate, "() { [native code] }")));
}

/** The value of a property that is loaded when it is first read; V8 then makes it a plain one. */
void lazy_property(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Value>& info) {
  v8::Isolate* const isolate = info.GetIsolate();
  v8::Local<v8::Value> argument = name;
  v8::Local<v8::Value> value;
  const auto load = nrv8_isolate::of(isolate)->hook(Hook::kLoad);
  if (load->Call(isolate->GetCurrentContext(), v8::Undefined(isolate), 1, &argument).ToLocal(&value)) {
    info.GetReturnValue().Set(value);
  }
}

}  // namespace

PreludeText prelude_text;

/** In the order of snapshot_creator.cc. */
const intptr_t kExternalReferences[] = {
    reinterpret_cast<intptr_t>(call_op),
    reinterpret_cast<intptr_t>(function_to_string),
    reinterpret_cast<intptr_t>(lazy_property),
    reinterpret_cast<intptr_t>(&prelude_text),
    0,
};

}  // namespace nr
