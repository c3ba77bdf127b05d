#include "wire/dom_exceptions.h"

#include "isolate.h"
#include "wire/errors.h"

namespace nr {
namespace {

/** What a guest made of its stack is text, or it is none. */
v8::Local<v8::Value> stack_of(v8::Local<v8::Context> context, v8::Local<v8::Object> exception) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  v8::TryCatch try_catch(isolate);
  v8::Local<v8::Value> stack;
  if (exception->Get(context, ascii(isolate, "stack")).ToLocal(&stack) && stack->IsString()) return stack;
  if (try_catch.HasTerminated()) return try_catch.ReThrow(), v8::Local<v8::Value>();
  return v8::String::Empty(isolate);
}

}  // namespace

bool is_dom_exception(const nrv8_isolate& host, v8::Local<v8::Object> object) {
  return object->IsNativeError() && host.is_platform_object(object);
}

v8::MaybeLocal<v8::Object> make_dom_exception(const nrv8_isolate& host, v8::Local<v8::Context> context,
                                              v8::Local<v8::Value> name, v8::Local<v8::Value> message) {
  v8::Local<v8::Value> arguments[] = {name, message};
  v8::Local<v8::Value> exception;
  if (!host.hook(Hook::kDomException)
           ->Call(context, v8::Undefined(host.isolate), std::size(arguments), arguments)
           .ToLocal(&exception) ||
      !exception->IsObject()) {
    return {};
  }
  return exception.As<v8::Object>();
}

v8::Maybe<bool> write_dom_exception(const nrv8_isolate& host, v8::Local<v8::Context> context,
                                    v8::ValueSerializer& serializer, v8::Local<v8::Object> exception) {
  v8::Local<v8::Value> argument = exception;
  v8::Local<v8::Value> parts;
  v8::Local<v8::Value> name;
  v8::Local<v8::Value> message;
  if (!host.hook(Hook::kDomExceptionParts)->Call(context, v8::Undefined(host.isolate), 1, &argument).ToLocal(&parts) ||
      !parts->IsObject() || !parts.As<v8::Object>()->Get(context, 0).ToLocal(&name) ||
      !parts.As<v8::Object>()->Get(context, 1).ToLocal(&message)) {
    return v8::Nothing<bool>();
  }
  const v8::Local<v8::Value> stack = stack_of(context, exception);
  if (stack.IsEmpty()) return v8::Nothing<bool>();
  serializer.WriteUint32(kDomExceptionTag);
  for (const v8::Local<v8::Value> text : {name, message, stack}) {
    if (!serializer.WriteValue(context, text).FromMaybe(false)) return v8::Nothing<bool>();
  }
  return v8::Just(true);
}

v8::MaybeLocal<v8::Object> read_dom_exception(const nrv8_isolate& host, v8::Local<v8::Context> context,
                                              v8::ValueDeserializer& deserializer) {
  uint32_t tag;
  v8::Local<v8::Value> name;
  v8::Local<v8::Value> message;
  v8::Local<v8::Value> stack;
  if (!deserializer.ReadUint32(&tag) || tag != kDomExceptionTag || !deserializer.ReadValue(context).ToLocal(&name) ||
      !deserializer.ReadValue(context).ToLocal(&message) || !deserializer.ReadValue(context).ToLocal(&stack) ||
      !name->IsString() || !message->IsString()) {
    return {};
  }
  // V8 allows none while it reads, for the sake of what a guest's might do: this is the prelude's. The host's stack
  // stays with the host.
  const v8::Isolate::AllowJavascriptExecutionScope prelude_only(host.isolate);
  return make_dom_exception(host, context, name, message);
}

}  // namespace nr
