// UTF-8, as the Encoding Standard's encode and decode: https://encoding.spec.whatwg.org/

#include <cstring>

#include "ops/ops.h"
#include "wire/errors.h"

namespace nr {
namespace {

constexpr int kEncodeFlags = v8::String::WriteFlags::kReplaceInvalidUtf8;
// V8 keeps typed arrays up to this size in its heap; reading them there is cheaper than giving them a buffer.
constexpr size_t kOnHeapMax = 64;

bool is_ascii(const uint8_t* bytes, size_t length) {
  uint64_t bits = 0;
  size_t i = 0;
  for (; i + 32 <= length; i += 32) {
    uint64_t words[4];
    memcpy(words, bytes + i, sizeof words);
    bits = words[0] | words[1] | words[2] | words[3];
    if ((bits & 0x8080808080808080) != 0) return false;
  }
  uint8_t rest = 0;
  for (; i < length; i++) rest |= bytes[i];
  return rest < 0x80;
}

/** Length of the well-formed sequence at bytes, 0 if it is malformed or cut off. */
size_t sequence_length(const uint8_t* bytes, size_t length) {
  const uint8_t lead = bytes[0];
  if (lead < 0x80) return 1;
  // The second byte's range excludes overlong forms, surrogates and what is over U+10FFFF.
  uint8_t lower = 0x80;
  uint8_t upper = 0xbf;
  size_t needed;
  if (lead >= 0xc2 && lead <= 0xdf) {
    needed = 2;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    needed = 3;
    if (lead == 0xe0) lower = 0xa0;
    if (lead == 0xed) upper = 0x9f;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    needed = 4;
    if (lead == 0xf0) lower = 0x90;
    if (lead == 0xf4) upper = 0x8f;
  } else {
    return 0;
  }
  if (length < needed || bytes[1] < lower || bytes[1] > upper) return 0;
  for (size_t i = 2; i < needed; i++) {
    if ((bytes[i] & 0xc0) != 0x80) return 0;
  }
  return needed;
}

bool is_well_formed(const uint8_t* bytes, size_t length) {
  for (size_t i = 0; i < length;) {
    uint64_t word;
    if (i + sizeof word <= length) {
      memcpy(&word, bytes + i, sizeof word);
      if ((word & 0x8080808080808080) == 0) {
        i += sizeof word;
        continue;
      }
    }
    const size_t step = sequence_length(bytes + i, length - i);
    if (step == 0) return false;
    i += step;
  }
  return true;
}

}  // namespace

void op_utf8_encode(const OpInfo& info) {
  if (!info[1]->IsString()) return;
  v8::Isolate* const isolate = info.GetIsolate();
  const auto text = info[1].As<v8::String>();
  const size_t length = text->Utf8LengthV2(isolate);
  v8::Local<v8::ArrayBuffer> buffer;
  if (!v8::ArrayBuffer::MaybeNew(isolate, length, v8::BackingStoreInitializationMode::kUninitialized)
           .ToLocal(&buffer)) {
    return throw_range_error(isolate, "Array buffer allocation failed");
  }
  if (length == static_cast<size_t>(text->Length())) {
    text->WriteOneByteV2(isolate, 0, static_cast<uint32_t>(length), static_cast<uint8_t*>(buffer->Data()));
  } else {
    text->WriteUtf8V2(isolate, static_cast<char*>(buffer->Data()), length, kEncodeFlags);
  }
  info.GetReturnValue().Set(v8::Uint8Array::New(buffer, 0, length));
}

void op_utf8_encode_into(const OpInfo& info) {
  if (!info[1]->IsString() || !info[2]->IsUint8Array()) return;
  v8::Isolate* const isolate = info.GetIsolate();
  const auto view = info[2].As<v8::Uint8Array>();
  const size_t capacity = view->ByteLength();
  size_t read = 0;
  size_t written = 0;
  if (capacity > 0) {
    char* const into = static_cast<char*>(view->Buffer()->Data()) + view->ByteOffset();
    written = info[1].As<v8::String>()->WriteUtf8V2(isolate, into, capacity, kEncodeFlags, &read);
  }
  v8::Local<v8::Value> result[] = {v8::Number::New(isolate, static_cast<double>(read)),
                                   v8::Number::New(isolate, static_cast<double>(written))};
  info.GetReturnValue().Set(v8::Array::New(isolate, result, 2));
}

void op_bytes_to_string(const OpInfo& info) {
  v8::Isolate* const isolate = info.GetIsolate();
  if (!info[1]->IsArrayBufferView()) return;
  uint8_t storage[kOnHeapMax];
  const auto contents = info[1].As<v8::ArrayBufferView>()->GetContents({storage, sizeof storage});
  if (contents.size() == 0) return info.GetReturnValue().SetEmptyString();
  if (contents.size() > static_cast<size_t>(v8::String::kMaxLength)) {
    return throw_range_error(isolate, "Invalid string length");
  }
  v8::Local<v8::String> text;
  if (v8::String::NewFromOneByte(isolate, contents.data(), v8::NewStringType::kNormal,
                                 static_cast<int>(contents.size()))
          .ToLocal(&text)) {
    info.GetReturnValue().Set(text);
  }
}

void op_utf8_decode(const OpInfo& info) {
  v8::Isolate* const isolate = info.GetIsolate();
  uint8_t storage[kOnHeapMax];
  v8::MemorySpan<uint8_t> contents;
  if (info[1]->IsArrayBufferView()) {
    contents = info[1].As<v8::ArrayBufferView>()->GetContents({storage, sizeof storage});
  } else if (info[1]->IsArrayBuffer()) {
    const auto buffer = info[1].As<v8::ArrayBuffer>();
    contents = {static_cast<uint8_t*>(buffer->Data()), buffer->ByteLength()};
  } else {
    return;
  }
  const uint8_t* const bytes = contents.data();
  const size_t length = contents.size();
  if (length == 0) return info.GetReturnValue().SetEmptyString();
  v8::MaybeLocal<v8::String> text;
  if (length > static_cast<size_t>(v8::String::kMaxLength)) {
    return throw_range_error(isolate, "Invalid string length");
  }
  if (is_ascii(bytes, length)) {
    text = v8::String::NewFromOneByte(isolate, bytes, v8::NewStringType::kNormal, static_cast<int>(length));
  } else {
    if (info[2]->IsTrue() && !is_well_formed(bytes, length)) return;
    text = v8::String::NewFromUtf8(isolate, reinterpret_cast<const char*>(bytes), v8::NewStringType::kNormal,
                                   static_cast<int>(length));
  }
  v8::Local<v8::String> result;
  if (text.ToLocal(&result)) info.GetReturnValue().Set(result);
}

}  // namespace nr
