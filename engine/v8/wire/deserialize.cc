#include <cstring>
#include <memory>

#include "isolate.h"
#include "network_runtime.h"
#include "wire/dom_exceptions.h"
#include "wire/error_extras.h"
#include "wire/plain_reader.h"
#include "wire/serialize.h"

namespace nr {
namespace {

constexpr size_t kHeaderLength = 2;

/** The name of a message and plain data, if that is what the bytes are. */
bool read_plain_pair(v8::Local<v8::Context> context, const uint8_t* bytes, size_t length, v8::Local<v8::Value>* first,
                     v8::Local<v8::Value>* second) {
  constexpr size_t kNameAt = kHeaderLength + 2;
  constexpr uint8_t kShort = 128;
  if (length <= kNameAt || bytes[kHeaderLength] != '"' || bytes[kHeaderLength + 1] >= kShort) return false;
  const size_t name_length = bytes[kHeaderLength + 1];
  if (name_length >= length - kNameAt) return false;
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  PlainReader& reader = *nrv8_isolate::of(isolate)->plain_reader;
  if (!reader.read(context, bytes + kNameAt + name_length, bytes + length, second)) return false;
  *first = reader.name(isolate, bytes + kNameAt, name_length);
  return !first->IsEmpty();
}

bool read_plain_value(v8::Local<v8::Context> context, const uint8_t* bytes, size_t length,
                      v8::Local<v8::Value>* value) {
  PlainReader& reader = *nrv8_isolate::of(v8::Isolate::GetCurrent())->plain_reader;
  return length > kHeaderLength && reader.read(context, bytes + kHeaderLength, bytes + length, value);
}

/** What V8 knows nothing of: DOMExceptions. */
class HostObjects final : public v8::ValueDeserializer::Delegate {
 public:
  explicit HostObjects(v8::Local<v8::Context> context) : context_(context) {}

  v8::ValueDeserializer* deserializer = nullptr;

 private:
  v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate* isolate) override {
    return read_dom_exception(*nrv8_isolate::of(isolate), context_, *deserializer);
  }

  const v8::Local<v8::Context> context_;
};

/** What follows the values: what their errors have besides that which V8 serializes. See PayloadWriter. */
bool read_extras(v8::Local<v8::Context> context, v8::ValueDeserializer& deserializer) {
  uint32_t mark;
  while (deserializer.ReadUint32(&mark)) {
    v8::Local<v8::Value> pair;
    if (mark != kExtrasMark || !deserializer.ReadValue(context).ToLocal(&pair) || !apply_extras(context, pair)) {
      return false;
    }
  }
  return true;
}

bool read_wire(v8::Local<v8::Context> context, const uint8_t* bytes, size_t length, v8::Local<v8::Value>* first,
               v8::Local<v8::Value>* second) {
  const bool plain = second == nullptr ? read_plain_value(context, bytes, length, first)
                                       : read_plain_pair(context, bytes, length, first, second);
  if (plain) return true;
  HostObjects host_objects(context);
  v8::ValueDeserializer deserializer(v8::Isolate::GetCurrent(), bytes, length, &host_objects);
  host_objects.deserializer = &deserializer;
  if (!deserializer.ReadHeader(context).FromMaybe(false)) return false;
  if (!deserializer.ReadValue(context).ToLocal(first)) return false;
  if (second != nullptr && !deserializer.ReadValue(context).ToLocal(second)) return false;
  return read_extras(context, deserializer);
}

bool read_json(v8::Local<v8::Context> context, uint32_t encoding, const uint8_t* bytes, size_t length,
               v8::Local<v8::Value>* value) {
  TextEncoding text_encoding = TextEncoding::kUtf8;
  if (encoding == NR_ENCODING_JSON_LATIN1) text_encoding = TextEncoding::kLatin1;
  if (encoding == NR_ENCODING_JSON_UTF16) text_encoding = TextEncoding::kUtf16;
  v8::Local<v8::String> text;
  return read_text(v8::Isolate::GetCurrent(), text_encoding, bytes, length).ToLocal(&text) &&
         v8::JSON::Parse(context, text).ToLocal(value);
}

/** An element of what JSON.parse made: an own data property or nothing, so that no getter of the guest runs. */
bool read_element(v8::Local<v8::Context> context, v8::Local<v8::Array> array, uint32_t index,
                  v8::Local<v8::Value>* value) {
  if (index < array->Length()) return array->Get(context, index).ToLocal(value);
  *value = v8::Undefined(v8::Isolate::GetCurrent());
  return true;
}

}  // namespace

v8::MaybeLocal<v8::String> read_text(v8::Isolate* isolate, TextEncoding encoding, const uint8_t* bytes, size_t length) {
  const size_t units = encoding == TextEncoding::kUtf16 ? length / 2 : length;
  if (units > static_cast<size_t>(v8::String::kMaxLength)) return {};
  const auto count = static_cast<int>(units);
  if (encoding == TextEncoding::kLatin1) {
    return v8::String::NewFromOneByte(isolate, bytes, v8::NewStringType::kNormal, count);
  }
  if (encoding == TextEncoding::kUtf8) {
    return v8::String::NewFromUtf8(isolate, reinterpret_cast<const char*>(bytes), v8::NewStringType::kNormal, count);
  }
  if (length % 2 != 0) return {};
  if (reinterpret_cast<uintptr_t>(bytes) % alignof(uint16_t) == 0) {
    return v8::String::NewFromTwoByte(isolate, reinterpret_cast<const uint16_t*>(bytes), v8::NewStringType::kNormal,
                                      count);
  }
  const auto aligned = std::make_unique_for_overwrite<uint16_t[]>(units);
  memcpy(aligned.get(), bytes, length);
  return v8::String::NewFromTwoByte(isolate, aligned.get(), v8::NewStringType::kNormal, count);
}

bool read_value(v8::Local<v8::Context> context, uint32_t encoding, const uint8_t* bytes, size_t length,
                v8::Local<v8::Value>* value) {
  v8::TryCatch failure(v8::Isolate::GetCurrent());
  if (encoding == NR_ENCODING_WIRE) return read_wire(context, bytes, length, value, nullptr);
  return encoding <= NR_ENCODING_JSON_UTF8 && read_json(context, encoding, bytes, length, value);
}

bool read_pair(v8::Local<v8::Context> context, uint32_t encoding, const uint8_t* bytes, size_t length,
               v8::Local<v8::Value>* first, v8::Local<v8::Value>* second) {
  v8::TryCatch failure(v8::Isolate::GetCurrent());
  if (encoding == NR_ENCODING_WIRE) return read_wire(context, bytes, length, first, second);
  v8::Local<v8::Value> value;
  if (encoding > NR_ENCODING_JSON_UTF8 || !read_json(context, encoding, bytes, length, &value) || !value->IsArray()) {
    return false;
  }
  const auto array = value.As<v8::Array>();
  return array->Length() > 0 && read_element(context, array, 0, first) && read_element(context, array, 1, second);
}

}  // namespace nr
