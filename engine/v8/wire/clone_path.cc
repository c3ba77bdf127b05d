#include "wire/clone_path.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "isolate.h"
#include "wire/errors.h"

namespace nr {
namespace {

// A path is for a message: beyond these it stops where it is.
constexpr size_t kLevelsMax = 200;
constexpr int kProbesMax = 10'000;
constexpr size_t kSegmentsMax = 20;
constexpr uint32_t kKeyLengthMax = 40;

bool is_identifier(const std::string& text) {
  const auto letter = [](unsigned char c) { return std::isalpha(c) != 0 || c == '_' || c == '$'; };
  return !text.empty() && letter(static_cast<unsigned char>(text[0])) &&
         std::all_of(text.begin(), text.end(), [&](unsigned char c) { return letter(c) || std::isdigit(c) != 0; });
}

std::string member(v8::Isolate* isolate, v8::Local<v8::String> key) {
  const bool cut = static_cast<uint32_t>(key->Length()) > kKeyLengthMax;
  const std::string text = utf8(isolate, key, kKeyLengthMax);
  if (!cut && is_identifier(text)) return "." + text;
  std::string quoted = "[\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ') {
      // A path is one line.
      quoted += std::string("\\u00") + (c < 16 ? '0' : '1') + "0123456789abcdef"[c % 16];
      continue;
    }
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + (cut ? "…\"]" : "\"]");
}

class Search {
 public:
  Search(v8::Local<v8::Context> context, const Fits& fits)
      : context_(context), isolate_(v8::Isolate::GetCurrent()), fits_(fits) {}

  std::string path(const char* root, v8::Local<v8::Value> value) {
    while (segments_.size() < kLevelsMax && value->IsObject() && descend(value.As<v8::Object>(), &value)) {
    }
    std::string text = root;
    for (size_t i = 0; i < segments_.size(); i++) {
      const size_t from_end = segments_.size() - i;
      if (i < kSegmentsMax / 2 || from_end <= kSegmentsMax / 2)
        text += segments_[i];
      else if (i == kSegmentsMax / 2)
        text += " … ";
    }
    return text;
  }

 private:
  /** Goes to the first part that does not fit. False: it is the whole. */
  bool descend(v8::Local<v8::Object> object, v8::Local<v8::Value>* part) {
    if (object->IsProxy() || object->IsFunction() || is_refused_whole(object)) return false;
    if (object->IsMap()) return in_map(object.As<v8::Map>()->AsArray(), part);
    if (object->IsSet()) return in_set(object.As<v8::Set>()->AsArray(), part);
    if (object->IsArrayBufferView() || object->IsArrayBuffer()) return false;
    if (object->IsArray() && in_array(object.As<v8::Array>(), part)) return true;
    return in_properties(object, part);
  }

  /** Nobody asks for the properties of what is no value. */
  bool is_refused_whole(v8::Local<v8::Object> object) const {
    if (object->IsPromise() || object->IsWeakRef() || object->IsWeakMap() || object->IsWeakSet()) return true;
    if (object->IsGeneratorObject() || object->StrictEquals(context_->Global())) return true;
    return !object->IsNativeError() && nrv8_isolate::of(isolate_)->is_platform_object(object);
  }

  bool unfit(v8::Local<v8::Value> value, v8::Local<v8::Value>* part) {
    if (!value->IsObject() && !value->IsSymbol()) return false;
    if (++probes_ > kProbesMax || fits_(value)) return false;
    *part = value;
    return true;
  }

  bool in_array(v8::Local<v8::Array> array, v8::Local<v8::Value>* part) {
    for (uint32_t i = 0; i < array->Length() && probes_ <= kProbesMax; i++) {
      v8::Local<v8::Value> value;
      if (!array->Get(context_, i).ToLocal(&value)) return false;
      if (unfit(value, part)) return segments_.push_back("[" + std::to_string(i) + "]"), true;
      // Holes in their billions are not looked at one by one.
      if (i >= kProbesMax && value->IsUndefined()) return false;
    }
    return false;
  }

  bool in_map(v8::Local<v8::Array> entries, v8::Local<v8::Value>* part) {
    for (uint32_t i = 0; i + 1 < entries->Length(); i += 2) {
      v8::Local<v8::Value> key;
      v8::Local<v8::Value> value;
      if (!entries->Get(context_, i).ToLocal(&key) || !entries->Get(context_, i + 1).ToLocal(&value)) return false;
      const std::string index = std::to_string(i / 2);
      if (unfit(key, part)) return segments_.push_back("<map key " + index + ">"), true;
      if (!unfit(value, part)) continue;
      segments_.push_back(key->IsString() ? member(isolate_, key.As<v8::String>()) : "<map value " + index + ">");
      return true;
    }
    return false;
  }

  bool in_set(v8::Local<v8::Array> values, v8::Local<v8::Value>* part) {
    for (uint32_t i = 0; i < values->Length(); i++) {
      v8::Local<v8::Value> value;
      if (!values->Get(context_, i).ToLocal(&value)) return false;
      if (unfit(value, part)) return segments_.push_back("<set value " + std::to_string(i) + ">"), true;
    }
    return false;
  }

  bool in_properties(v8::Local<v8::Object> object, v8::Local<v8::Value>* part) {
    if (object->IsNativeError()) return in_property(object, ascii(isolate_, "cause"), part);
    v8::Local<v8::Array> keys;
    const auto filter = static_cast<v8::PropertyFilter>(v8::ONLY_ENUMERABLE | v8::SKIP_SYMBOLS);
    if (!object->GetOwnPropertyNames(context_, filter, v8::KeyConversionMode::kConvertToString).ToLocal(&keys))
      return false;
    for (uint32_t i = 0; i < keys->Length(); i++) {
      v8::Local<v8::Value> key;
      if (!keys->Get(context_, i).ToLocal(&key) || !key->IsString()) return false;
      if (in_property(object, key.As<v8::String>(), part)) return true;
    }
    return false;
  }

  bool in_property(v8::Local<v8::Object> object, v8::Local<v8::String> key, v8::Local<v8::Value>* part) {
    v8::Local<v8::Value> value;
    if (!object->Get(context_, key).ToLocal(&value) || !unfit(value, part)) return false;
    segments_.push_back(member(isolate_, key));
    return true;
  }

  const v8::Local<v8::Context> context_;
  v8::Isolate* const isolate_;
  const Fits& fits_;
  int probes_ = 0;
  std::vector<std::string> segments_;
};

}  // namespace

std::string path_to_unfit(v8::Local<v8::Context> context, const char* root, v8::Local<v8::Value> value,
                          const Fits& fits) {
  // What its getters throw now is no matter.
  v8::TryCatch try_catch(v8::Isolate::GetCurrent());
  std::string path = Search(context, fits).path(root, value);
  if (!try_catch.HasTerminated()) return path;
  try_catch.ReThrow();
  return {};
}

}  // namespace nr
