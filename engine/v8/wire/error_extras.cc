#include "wire/error_extras.h"

#include <string>

#include "isolate.h"
#include "override/aggregate_error.h"
#include "wire/dom_exceptions.h"
#include "wire/errors.h"
#include "wire/serialize.h"

namespace nr {
namespace {

constexpr int kPrototypesMax = 32;
constexpr uint32_t kPropertiesMax = 64;
constexpr uint32_t kKeyMax = 256;
constexpr int kDataNames = v8::ONLY_ENUMERABLE | v8::SKIP_SYMBOLS;

/** What V8 serializes itself. */
bool is_serialized(v8::Isolate* isolate, v8::Local<v8::String> key) {
  for (const char* const name : {"message", "stack", "cause"}) {
    if (key->StringEquals(ascii(isolate, name))) return true;
  }
  return false;
}

bool is_known_name(v8::Isolate* isolate, v8::Local<v8::String> name) {
  for (const char* const known :
       {"Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"}) {
    if (name->StringEquals(ascii(isolate, known))) return true;
  }
  return false;
}

/** The name of an error of a class of its own, by data properties; else empty. */
v8::Local<v8::String> own_name(v8::Local<v8::Context> context, v8::Local<v8::Object> error) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Object> holder = error;
  for (int depth = 0; depth < kPrototypesMax && !holder->IsProxy(); depth++) {
    const v8::Local<v8::Value> name = own_data_property(context, holder, ascii(isolate, "name"));
    if (!name.IsEmpty()) {
      if (!name->IsString() || is_known_name(isolate, name.As<v8::String>())) return {};
      return name.As<v8::String>();
    }
    const v8::Local<v8::Value> prototype = holder->GetPrototype();
    if (!prototype->IsObject()) return {};
    holder = prototype.As<v8::Object>();
  }
  return {};
}

v8::MaybeLocal<v8::Array> data_names(v8::Local<v8::Context> context, v8::Local<v8::Object> object) {
  return object->GetOwnPropertyNames(context, static_cast<v8::PropertyFilter>(kDataNames),
                                     v8::KeyConversionMode::kConvertToString);
}

void define_hidden(v8::Local<v8::Context> context, v8::Local<v8::Object> error, const char* key,
                   v8::Local<v8::Value> value) {
  (void)error->DefineOwnProperty(context, ascii(v8::Isolate::GetCurrent(), key), value, v8::DontEnum);
}

}  // namespace

v8::Local<v8::Value> own_data_property(v8::Local<v8::Context> context, v8::Local<v8::Object> object,
                                       v8::Local<v8::Name> name) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Value> descriptor;
  v8::Local<v8::Value> value;
  if (!object->GetOwnPropertyDescriptor(context, name).ToLocal(&descriptor) || !descriptor->IsObject()) return {};
  const auto fields = descriptor.As<v8::Object>();
  if (!fields->HasOwnProperty(context, ascii(isolate, "value")).FromMaybe(false)) return {};
  if (!fields->Get(context, ascii(isolate, "value")).ToLocal(&value)) return {};
  return value;
}

bool is_suppressed_error(v8::Local<v8::Value> name) {
  return !name.IsEmpty() && name->StrictEquals(ascii(v8::Isolate::GetCurrent(), "SuppressedError"));
}

bool has_extras(v8::Local<v8::Context> context, v8::Local<v8::Object> error) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Array> keys;
  if (data_names(context, error).ToLocal(&keys) && keys->Length() != 0) return true;
  if (is_dom_exception(*nrv8_isolate::of(isolate), error)) {
    return error->HasOwnProperty(context, ascii(isolate, "cause")).FromMaybe(false);
  }
  return !own_name(context, error).IsEmpty() ||
         error->HasOwnProperty(context, ascii(isolate, "errors")).FromMaybe(false);
}

v8::MaybeLocal<v8::Object> error_extras(nrv8_isolate& host, v8::Local<v8::Context> context, v8::Local<v8::Object> error,
                                        size_t* room) {
  v8::Isolate* const isolate = host.isolate;
  const auto record = [&] { return v8::Object::New(isolate, v8::Null(isolate), nullptr, nullptr, 0); };
  const auto put = [&](v8::Local<v8::Object> into, v8::Local<v8::String> key, v8::Local<v8::Value> value) {
    (void)into->CreateDataProperty(context, key, value);
  };
  const v8::Local<v8::Object> extras = record();
  // Its name is no property, and there is no class that it might be instead.
  const bool is_dom = is_dom_exception(host, error);
  const v8::Local<v8::String> name = is_dom ? v8::Local<v8::String>() : own_name(context, error);
  if (!name.IsEmpty()) put(extras, ascii(isolate, "name"), name);
  const auto fits = [&](v8::Local<v8::Value> value) {
    if (value.IsEmpty() || value->IsFunction() || value->IsSymbol()) return false;
    const size_t bytes = clone_bytes(host, context, value, *room);
    *room -= bytes;
    return bytes != 0;
  };
  v8::Local<v8::Array> keys;
  if (!data_names(context, error).ToLocal(&keys)) return {};
  const v8::Local<v8::Object> data = record();
  bool has_errors = false;
  for (uint32_t i = 0; i < keys->Length() && i < kPropertiesMax; i++) {
    v8::Local<v8::Value> key;
    if (!keys->Get(context, i).ToLocal(&key) || !key->IsString()) return {};
    const auto text = key.As<v8::String>();
    has_errors = has_errors || text->StringEquals(ascii(isolate, "errors"));
    if (static_cast<uint32_t>(text->Length()) > kKeyMax || is_serialized(isolate, text)) continue;
    const v8::Local<v8::Value> value = own_data_property(context, error, text);
    if (fits(value)) put(data, text, value);
  }
  if (is_suppressed_error(name)) {
    for (const char* const key : kSuppressedErrorKeys) {
      const v8::Local<v8::Value> value = own_data_property(context, error, ascii(isolate, key));
      if (fits(value)) put(data, ascii(isolate, key), value);
    }
  }
  put(extras, ascii(isolate, "data"), data);
  if (is_dom) {
    const v8::Local<v8::Value> cause = own_data_property(context, error, ascii(isolate, "cause"));
    if (fits(cause)) put(extras, ascii(isolate, "cause"), cause);
  } else if (!has_errors) {
    const v8::Local<v8::Value> errors = own_data_property(context, error, ascii(isolate, "errors"));
    if (!errors.IsEmpty() && errors->IsArray() && fits(errors)) put(extras, ascii(isolate, "errors"), errors);
  }
  if (isolate->IsExecutionTerminating()) return {};
  return extras;
}

bool apply_extras(v8::Local<v8::Context> context, v8::Local<v8::Value> pair) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Value> error;
  v8::Local<v8::Value> extras;
  // Made by the deserializer just now: all of it is ordinary objects, and no code of the guest's runs.
  if (!pair->IsArray() || !pair.As<v8::Array>()->Get(context, 0).ToLocal(&error) || !error->IsNativeError() ||
      !pair.As<v8::Array>()->Get(context, 1).ToLocal(&extras) || !extras->IsObject()) {
    return false;
  }
  const auto target = error.As<v8::Object>();
  const auto member = [&](const char* key) {
    return own_data_property(context, extras.As<v8::Object>(), ascii(isolate, key));
  };
  const v8::Local<v8::Value> name = member("name");
  const v8::Local<v8::Value> errors = member("errors");
  const bool is_aggregate = !errors.IsEmpty() && errors->IsArray();
  if (is_aggregate) {
    if (target->SetPrototype(context, aggregate_error_prototype(context)).IsNothing()) return false;
    define_hidden(context, target, "errors", errors);
  }
  const bool is_name = !name.IsEmpty() && name->IsString();
  if (is_name && !(is_aggregate && name->StrictEquals(ascii(isolate, "AggregateError")))) {
    define_hidden(context, target, "name", name);
  }
  const v8::Local<v8::Value> cause = member("cause");
  if (!cause.IsEmpty()) define_hidden(context, target, "cause", cause);
  const v8::Local<v8::Value> data = member("data");
  v8::Local<v8::Array> keys;
  if (data.IsEmpty() || !data->IsObject()) return true;
  if (!data_names(context, data.As<v8::Object>()).ToLocal(&keys)) return false;
  for (uint32_t i = 0; i < keys->Length(); i++) {
    v8::Local<v8::Value> key;
    v8::Local<v8::Value> value;
    if (!keys->Get(context, i).ToLocal(&key) || !key->IsString() ||
        !data.As<v8::Object>()->Get(context, key).ToLocal(&value)) {
      return false;
    }
    (void)target->CreateDataProperty(context, key.As<v8::String>(), value);
  }
  return true;
}

}  // namespace nr
