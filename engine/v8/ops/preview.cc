// What a console shows of an object and JavaScript cannot ask for without running the guest's code.

#include <algorithm>
#include <vector>

#include "isolate.h"
#include "ops/ops.h"
#include "wire/errors.h"

namespace nr {
namespace {

/** The numbers of prelude/scope/preview.ts. */
enum class Preview : int32_t {
  kObject = 0,
  kProxy = 1,
  kFunction = 2,
  kError = 3,
  kMap = 4,
  kSet = 5,
  kTime = 6,
  kRegExp = 7,
  kPromise = 8,
  kBoxed = 9,
  kArrayBuffer = 10,
  kDataView = 11,
  kWeak = 12,
  kIterator = 13,
  kGenerator = 14,
};

v8::Local<v8::Value> promise_state(v8::Isolate* isolate, v8::Local<v8::Promise> promise) {
  switch (promise->State()) {
    case v8::Promise::kPending:
      return ascii(isolate, "pending");
    case v8::Promise::kFulfilled:
      return ascii(isolate, "fulfilled");
    case v8::Promise::kRejected:
      break;
  }
  return ascii(isolate, "rejected");
}

/** Of a class or a function: V8's own text of it, whose beginning says what it is. */
v8::Local<v8::Value> function_kind(v8::Local<v8::Context> context, nrv8_isolate& host,
                                   v8::Local<v8::Function> function) {
  v8::Isolate* const isolate = host.isolate;
  if (function->IsAsyncFunction()) return ascii(isolate, "AsyncFunction");
  if (function->IsGeneratorFunction()) return ascii(isolate, "GeneratorFunction");
  if (function->ScriptId() == host.prelude_script_id) return ascii(isolate, "Function");
  v8::Local<v8::String> text;
  if (function->FunctionProtoToString(context).ToLocal(&text) && utf8(isolate, text, 6) == "class ") {
    return ascii(isolate, "class");
  }
  return ascii(isolate, "Function");
}

}  // namespace

/** (object) [kind, name of its class, …] */
void op_preview(nrv8_isolate& host, const OpInfo& info) {
  v8::Isolate* const isolate = host.isolate;
  const v8::Local<v8::Context> context = isolate->GetCurrentContext();
  if (!info[1]->IsObject()) return;
  const auto object = info[1].As<v8::Object>();
  Preview kind = Preview::kObject;
  std::vector<v8::Local<v8::Value>> more;
  if (object->IsProxy()) {
    kind = Preview::kProxy;
    more = {object.As<v8::Proxy>()->GetTarget()};
  } else if (object->IsFunction()) {
    kind = Preview::kFunction;
    more = {function_kind(context, host, object.As<v8::Function>()), object.As<v8::Function>()->GetName()};
  } else if (object->IsNativeError()) {
    kind = Preview::kError;
  } else if (object->IsMap()) {
    kind = Preview::kMap;
    more = {object.As<v8::Map>()->AsArray()};
  } else if (object->IsSet()) {
    kind = Preview::kSet;
    more = {object.As<v8::Set>()->AsArray()};
  } else if (object->IsDate()) {
    kind = Preview::kTime;
    const auto date = object.As<v8::Date>();
    const bool is_valid = date->ValueOf() == date->ValueOf();
    more = {is_valid ? date->ToISOString() : ascii(isolate, "Invalid Date")};
  } else if (object->IsRegExp()) {
    kind = Preview::kRegExp;
    const auto regexp = object.As<v8::RegExp>();
    more = {regexp->GetSource(), v8::Integer::New(isolate, regexp->GetFlags())};
  } else if (object->IsPromise()) {
    kind = Preview::kPromise;
    const auto promise = object.As<v8::Promise>();
    more = {promise_state(isolate, promise)};
    if (promise->State() != v8::Promise::kPending) more.push_back(promise->Result());
  } else if (object->IsNumberObject()) {
    kind = Preview::kBoxed;
    more = {v8::Number::New(isolate, object.As<v8::NumberObject>()->ValueOf())};
  } else if (object->IsBooleanObject()) {
    kind = Preview::kBoxed;
    more = {v8::Boolean::New(isolate, object.As<v8::BooleanObject>()->ValueOf())};
  } else if (object->IsStringObject()) {
    kind = Preview::kBoxed;
    more = {object.As<v8::StringObject>()->ValueOf()};
  } else if (object->IsSymbolObject()) {
    kind = Preview::kBoxed;
    more = {object.As<v8::SymbolObject>()->ValueOf()};
  } else if (object->IsBigIntObject()) {
    kind = Preview::kBoxed;
    more = {object.As<v8::BigIntObject>()->ValueOf()};
  } else if (object->IsArrayBuffer()) {
    kind = Preview::kArrayBuffer;
    more = {v8::Number::New(isolate, static_cast<double>(object.As<v8::ArrayBuffer>()->ByteLength()))};
  } else if (object->IsSharedArrayBuffer()) {
    kind = Preview::kArrayBuffer;
    more = {v8::Number::New(isolate, static_cast<double>(object.As<v8::SharedArrayBuffer>()->ByteLength()))};
  } else if (object->IsDataView()) {
    kind = Preview::kDataView;
    more = {v8::Number::New(isolate, static_cast<double>(object.As<v8::DataView>()->ByteLength()))};
  } else if (object->IsWeakMap() || object->IsWeakSet() || object->IsWeakRef()) {
    kind = Preview::kWeak;
  } else if (object->IsMapIterator() || object->IsSetIterator()) {
    kind = Preview::kIterator;
    bool is_key_value;
    v8::Local<v8::Array> entries;
    if (object->PreviewEntries(&is_key_value).ToLocal(&entries))
      more = {entries, v8::Boolean::New(isolate, is_key_value)};
  } else if (object->IsGeneratorObject()) {
    kind = Preview::kGenerator;
  }
  const v8::Local<v8::Value> name = kind == Preview::kProxy ? v8::String::Empty(isolate) : object->GetConstructorName();
  std::vector<v8::Local<v8::Value>> result = {v8::Integer::New(isolate, static_cast<int32_t>(kind)), name};
  result.insert(result.end(), more.begin(), more.end());
  info.GetReturnValue().Set(v8::Array::New(isolate, result.data(), result.size()));
}

/** (object) An array: of a typed array's keys V8 would otherwise make a string for each element. */
void op_own_names(nrv8_isolate& host, const OpInfo& info) {
  const v8::Local<v8::Context> context = host.isolate->GetCurrentContext();
  if (!info[1]->IsObject() || info[1]->IsProxy()) return info.GetReturnValue().Set(v8::Array::New(host.isolate));
  v8::Local<v8::Array> names;
  if (info[1]
          .As<v8::Object>()
          ->GetPropertyNames(context, v8::KeyCollectionMode::kOwnOnly, v8::PropertyFilter::ALL_PROPERTIES,
                             v8::IndexFilter::kSkipIndices, v8::KeyConversionMode::kConvertToString)
          .ToLocal(&names)) {
    info.GetReturnValue().Set(names);
  }
}

}  // namespace nr
