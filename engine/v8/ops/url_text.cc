#include "ops/url_text.h"

#include "wire/errors.h"

namespace nr {

std::string utf8_of(v8::Isolate* isolate, v8::Local<v8::Value> text) {
  if (!text->IsString()) return {};
  const auto string = text.As<v8::String>();
  std::string utf8(string->Utf8LengthV2(isolate), '\0');
  if (utf8.size() == static_cast<size_t>(string->Length())) {
    string->WriteOneByteV2(isolate, 0, static_cast<uint32_t>(utf8.size()), reinterpret_cast<uint8_t*>(utf8.data()));
  } else {
    string->WriteUtf8V2(isolate, utf8.data(), utf8.size(), v8::String::WriteFlags::kReplaceInvalidUtf8);
  }
  return utf8;
}

v8::MaybeLocal<v8::String> string_of(v8::Isolate* isolate, std::string_view utf8) {
  if (utf8.size() > static_cast<size_t>(v8::String::kMaxLength)) {
    throw_range_error(isolate, "Invalid string length");
    return {};
  }
  return v8::String::NewFromUtf8(isolate, utf8.data(), v8::NewStringType::kNormal, static_cast<int>(utf8.size()));
}

}  // namespace nr
