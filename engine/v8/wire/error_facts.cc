#include "wire/error_facts.h"

#include <algorithm>
#include <string>

#include "isolate.h"
#include "wire/error_extras.h"
#include "wire/serialize.h"

namespace nr {
namespace {

// UTF-16 code units. An error is for a log; a guest may make a message of half a gigabyte.
constexpr uint32_t kMessageMax = 16 << 10;
constexpr uint32_t kStackMax = 64 << 10;
/** Of an error and all that it leads to. */
constexpr uint32_t kTextMax = 256 << 10;
constexpr uint32_t kNameMax = 256;
constexpr uint32_t kLittleMax = 128;
constexpr int kPrototypesMax = 32;
/** Causes of causes, errors in errors. */
constexpr int kDepthMax = 8;
/** Of one error, and of all that one leads to. */
constexpr uint32_t kErrorsMax = 32;
constexpr uint32_t kPropertiesMax = 64;
constexpr int kFactsMax = 128;
/** Bytes of all data. */
constexpr size_t kDataMax = 64 << 10;

/** error[key]. Of what is no Error object only data properties are read: nobody asked for its getters to run. */
v8::Local<v8::Value> read(v8::Local<v8::Context> context, v8::Local<v8::Object> error, v8::Local<v8::String> key) {
  v8::Local<v8::Value> value;
  if (error->IsNativeError()) return error->Get(context, key).FromMaybe(value);
  v8::Local<v8::Object> holder = error;
  for (int depth = 0; depth < kPrototypesMax && !holder->IsProxy(); depth++) {
    value = own_data_property(context, holder, key);
    if (!value.IsEmpty()) return value;
    if (holder->HasOwnProperty(context, key).FromMaybe(true)) return {};
    const v8::Local<v8::Value> prototype = holder->GetPrototype();
    if (!prototype->IsObject()) return {};
    holder = prototype.As<v8::Object>();
  }
  return {};
}

class Facts {
 public:
  Facts(nrv8_isolate& host, v8::Local<v8::Context> context, Detail detail)
      : host_(host), isolate_(host.isolate), context_(context), detail_(detail) {}

  v8::Local<v8::Object> of(v8::Local<v8::Value> thrown, int depth) {
    count_++;
    const v8::Local<v8::Object> facts = v8::Object::New(isolate_, v8::Null(isolate_), nullptr, nullptr, 0);
    if (!thrown->IsObject()) {
      put(facts, "name", ascii(isolate_, "Error"));
      put(facts, "message", thrown->IsString() ? cut(thrown.As<v8::String>(), message_max()) : text_of(thrown));
      return facts;
    }
    const auto object = thrown.As<v8::Object>();
    v8::Local<v8::Value> name = property(object, "name");
    v8::Local<v8::Value> message = property(object, "message");
    // That of a function is no error's.
    const bool has_name = !name.IsEmpty() && name->IsString() && !object->IsFunction();
    put(facts, "name", has_name ? cut(name.As<v8::String>(), kNameMax) : ascii(isolate_, "Error"));
    v8::Local<v8::Value> data;
    if (detail_ == Detail::kAll && !object->IsProxy()) data = data_of(object, name);
    const bool has_message = !message.IsEmpty() && message->IsString();
    put(facts, "message", has_message ? cut(message.As<v8::String>(), message_max()) : sketch_of(object, data));
    if (detail_ == Detail::kLittle) return facts;
    const v8::Local<v8::Value> stack = property(object, "stack");
    if (!stack.IsEmpty() && stack->IsString()) put(facts, "stack", cut(stack.As<v8::String>(), kStackMax));
    const v8::Local<v8::Value> code = property(object, "code");
    if (!code.IsEmpty() && code->IsString()) put(facts, "code", cut(code.As<v8::String>(), kNameMax));
    // Those of DOMExceptions are inherited, and say less than their names.
    if (!code.IsEmpty() && code->IsNumber() &&
        object->HasOwnProperty(context_, ascii(isolate_, "code")).FromMaybe(false)) {
      put(facts, "code", code);
    }
    if (detail_ != Detail::kAll || object->IsProxy()) return facts;
    if (depth < kDepthMax) add_related(facts, object, depth);
    if (!data.IsEmpty()) put(facts, "data", data);
    return facts;
  }

  void put(v8::Local<v8::Object> facts, const char* key, v8::Local<v8::Value> value) {
    (void)facts->CreateDataProperty(context_, ascii(isolate_, key), value);
  }

 private:
  uint32_t message_max() const { return detail_ == Detail::kLittle ? kLittleMax : kMessageMax; }

  v8::Local<v8::Value> property(v8::Local<v8::Object> object, const char* key) {
    v8::TryCatch ignore(isolate_);
    return read(context_, object, ascii(isolate_, key));
  }

  v8::Local<v8::String> cut(v8::Local<v8::String> text, uint32_t length_max) {
    length_max = std::min(length_max, text_left_);
    text_left_ -= std::min(length_max, static_cast<uint32_t>(text->Length()));
    if (static_cast<uint32_t>(text->Length()) <= length_max) return text;
    std::u16string units(length_max, u'\0');
    text->WriteV2(isolate_, 0, length_max, reinterpret_cast<uint16_t*>(units.data()));
    return v8::String::NewFromTwoByte(isolate_, reinterpret_cast<const uint16_t*>(units.data()),
                                      v8::NewStringType::kNormal, static_cast<int>(length_max))
        .FromMaybe(v8::String::Empty(isolate_));
  }

  /** String(value) without calling into the guest. */
  v8::Local<v8::String> text_of(v8::Local<v8::Value> value) {
    v8::TryCatch ignore(isolate_);
    v8::Local<v8::String> text;
    if (!value->ToDetailString(context_).ToLocal(&text)) return v8::String::Empty(isolate_);
    return cut(text, message_max());
  }

  /** A message for what has none: "{ code: 5, why: 'x', more: [object] }" of data, "[ 5, 'x' ]" of an array, else what
   * V8 calls it. */
  v8::Local<v8::String> sketch_of(v8::Local<v8::Object> object, v8::Local<v8::Value> data) {
    const bool is_list = object->IsArray();
    if (object->IsNativeError() || data.IsEmpty() || (is_value(object) && !is_list)) return text_of(object);
    std::string text;
    const auto add = [&](const std::string& key, v8::Local<v8::Value> value) {
      text += (text.empty() ? "" : ", ") + key + sketch_of_part(value);
    };
    if (is_list) {
      const auto list = object.As<v8::Array>();
      for (uint32_t i = 0; i < list->Length() && text.size() < kNameMax; i++) {
        const v8::Local<v8::Value> value =
            own_data_property(context_, list, ascii(isolate_, std::to_string(i).c_str()));
        add("", value.IsEmpty() ? v8::Undefined(isolate_).As<v8::Value>() : value);
      }
    } else {
      v8::Local<v8::Array> keys;
      if (!data.As<v8::Object>()->GetOwnPropertyNames(context_).ToLocal(&keys)) return text_of(object);
      for (uint32_t i = 0; i < keys->Length() && text.size() < kNameMax; i++) {
        v8::Local<v8::Value> key;
        v8::Local<v8::Value> value;
        if (!keys->Get(context_, i).ToLocal(&key)) return text_of(object);
        if (!data.As<v8::Object>()->Get(context_, key).ToLocal(&value)) return text_of(object);
        add(utf8(isolate_, text_of(key), kNameMax) + ": ", value);
      }
    }
    text = text.empty() ? (is_list ? "[]" : "{}") : is_list ? "[ " + text + " ]" : "{ " + text + " }";
    return v8::String::NewFromUtf8(isolate_, text.data(), v8::NewStringType::kNormal, static_cast<int>(text.size()))
        .FromMaybe(v8::String::Empty(isolate_));
  }

  std::string sketch_of_part(v8::Local<v8::Value> value) {
    if (value->IsString()) return "'" + utf8(isolate_, value.As<v8::String>(), kNameMax) + "'";
    if (value->IsObject()) return value->IsArray() ? "[array]" : "[object]";
    return utf8(isolate_, text_of(value), kNameMax);
  }

  /** `cause` and `errors`: errors among them as facts of their own. */
  void add_related(v8::Local<v8::Object> facts, v8::Local<v8::Object> object, int depth) {
    v8::TryCatch ignore(isolate_);
    v8::Local<v8::Value> related;
    if (object->IsNativeError() || object->HasOwnProperty(context_, ascii(isolate_, "stack")).FromMaybe(false)) {
      const v8::Local<v8::Value> cause = own_data_property(context_, object, ascii(isolate_, "cause"));
      if (!cause.IsEmpty() && related_fact(cause, depth).ToLocal(&related)) put(facts, "cause", related);
    }
    const v8::Local<v8::Value> errors = own_data_property(context_, object, ascii(isolate_, "errors"));
    if (!object->IsNativeError() || errors.IsEmpty() || !errors->IsArray()) return;
    const auto list = errors.As<v8::Array>();
    const v8::Local<v8::Array> told = v8::Array::New(isolate_);
    uint32_t length = 0;
    for (uint32_t i = 0; i < list->Length() && i < kErrorsMax && count_ < kFactsMax; i++) {
      const v8::Local<v8::Value> item = own_data_property(context_, list, ascii(isolate_, std::to_string(i).c_str()));
      if (item.IsEmpty() || !related_fact(item, depth).ToLocal(&related)) continue;
      (void)told->CreateDataProperty(context_, length++, related);
    }
    put(facts, "errors", told);
  }

  v8::MaybeLocal<v8::Value> related_fact(v8::Local<v8::Value> value, int depth) {
    if (value->IsNativeError()) {
      if (count_ >= kFactsMax) return {};
      return v8::MaybeLocal<v8::Value>(of(value, depth + 1));
    }
    if (value->IsString()) return v8::MaybeLocal<v8::Value>(cut(value.As<v8::String>(), kMessageMax));
    if (fits(value)) return value;
    return v8::MaybeLocal<v8::Value>(text_of(value));
  }

  /** What is a value as a whole, more than its properties: what lib/core/host-error.ts takes for one. */
  static bool is_value(v8::Local<v8::Object> object) {
    return object->IsArray() || object->IsMap() || object->IsSet() || object->IsDate() || object->IsRegExp() ||
           object->IsArrayBuffer() || object->IsArrayBufferView() || object->IsBooleanObject() ||
           object->IsNumberObject() || object->IsStringObject() || object->IsBigIntObject();
  }

  /** The value itself, if it can be cloned, or an object of own enumerable data properties that can be; of an error
   * those that have no place of their own. Empty: none. */
  v8::Local<v8::Value> data_of(v8::Local<v8::Object> object, v8::Local<v8::Value> class_name) {
    v8::TryCatch ignore(isolate_);
    if (is_value(object)) return fits(object) ? object : v8::Local<v8::Value>();
    const bool is_error = object->IsNativeError();
    v8::Local<v8::Array> keys;
    const auto filter = static_cast<v8::PropertyFilter>(v8::ONLY_ENUMERABLE | v8::SKIP_SYMBOLS);
    if (!object->GetOwnPropertyNames(context_, filter, v8::KeyConversionMode::kConvertToString).ToLocal(&keys)) {
      return {};
    }
    v8::Local<v8::Object> data;
    for (uint32_t i = 0; i < keys->Length() && i < kPropertiesMax; i++) {
      v8::Local<v8::Value> key;
      if (!keys->Get(context_, i).ToLocal(&key) || !key->IsString()) return data;
      const auto name = key.As<v8::String>();
      if (static_cast<uint32_t>(name->Length()) > kNameMax) continue;
      const v8::Local<v8::Value> value = own_data_property(context_, object, name);
      if (value.IsEmpty() || (is_error && has_place(name, value)) || !fits(value)) continue;
      add(&data, name, value);
    }
    if (is_error && is_suppressed_error(class_name)) add_suppressed(&data, object);
    return data;
  }

  void add(v8::Local<v8::Object>* data, v8::Local<v8::String> name, v8::Local<v8::Value> value) {
    if (data->IsEmpty()) *data = v8::Object::New(isolate_, v8::Null(isolate_), nullptr, nullptr, 0);
    (void)(*data)->CreateDataProperty(context_, name, value);
  }

  void add_suppressed(v8::Local<v8::Object>* data, v8::Local<v8::Object> error) {
    for (const char* const key : kSuppressedErrorKeys) {
      const v8::Local<v8::String> name = ascii(isolate_, key);
      const v8::Local<v8::Value> value = own_data_property(context_, error, name);
      if (!value.IsEmpty() && fits(value)) add(data, name, value);
    }
  }

  bool has_place(v8::Local<v8::String> name, v8::Local<v8::Value> value) {
    const auto is = [&](const char* key) { return name->StringEquals(ascii(isolate_, key)); };
    if (is("code")) return value->IsString() || value->IsNumber();
    if (is("errors")) return value->IsArray();
    return is("name") || is("message") || is("stack") || is("cause");
  }

  /** Whether there is room for a clone of it. */
  bool fits(v8::Local<v8::Value> value) {
    if (value->IsFunction() || value->IsSymbol()) return false;
    const size_t bytes = clone_bytes(host_, context_, value, kDataMax - data_bytes_);
    data_bytes_ += bytes;
    return bytes != 0;
  }

  nrv8_isolate& host_;
  v8::Isolate* const isolate_;
  const v8::Local<v8::Context> context_;
  const Detail detail_;
  int count_ = 0;
  uint32_t text_left_ = kTextMax;
  size_t data_bytes_ = 0;
};

}  // namespace

v8::MaybeLocal<v8::Object> error_facts(nrv8_isolate& host, v8::Local<v8::Context> context, v8::Local<v8::Value> error,
                                       const ErrorLocation& location, Detail detail) {
  v8::Isolate* const isolate = host.isolate;
  Facts facts(host, context, detail);
  const v8::Local<v8::Object> object = facts.of(error, 0);
  if (isolate->IsExecutionTerminating()) return {};
  const auto text = [&](const std::string& of) {
    return v8::String::NewFromUtf8(isolate, of.data(), v8::NewStringType::kNormal, static_cast<int>(of.size()))
        .FromMaybe(v8::String::Empty(isolate));
  };
  if (detail != Detail::kLittle && !location.filename.empty()) facts.put(object, "filename", text(location.filename));
  if (detail != Detail::kLittle && location.line > 0) {
    facts.put(object, "lineno", v8::Integer::New(isolate, location.line));
    facts.put(object, "colno", v8::Integer::New(isolate, location.column));
  }
  return object;
}

}  // namespace nr
