#include "wire/primitives.h"

#include <cstring>

#include "v8-value-serializer-version.h"

namespace nr {
namespace {

// V8's wire format (ValueSerializer): one tag a value, integers as base-128 varints.
enum Tag : uint8_t {
  kPadding = '\0',
  kUndefined = '_',
  kNull = '0',
  kTrue = 'T',
  kFalse = 'F',
  kInt32 = 'I',
  kDouble = 'N',
  kOneByteString = '"',
  kTwoByteString = 'c',
  kVersion = 0xff,
};
constexpr size_t kVarintMax = 5;

size_t varint_length(uint32_t value) {
  size_t length = 1;
  while ((value >>= 7) != 0) length++;
  return length;
}

}  // namespace

PrimitiveWriter::PrimitiveWriter() {
  put(kVersion);
  put_varint(v8::CurrentValueSerializerFormatVersion());
}

void PrimitiveWriter::put_varint(uint32_t value) {
  while (value >= 0x80) {
    put(static_cast<uint8_t>(value | 0x80));
    value >>= 7;
  }
  put(static_cast<uint8_t>(value));
}

bool PrimitiveWriter::write(v8::Isolate* isolate, v8::Local<v8::Value> value) {
  if (value->IsString()) return write_string(isolate, value.As<v8::String>());
  if (room() < 1 + sizeof(double)) return false;
  if (value->IsInt32()) {
    const int32_t number = value.As<v8::Int32>()->Value();
    put(kInt32);
    put_varint(static_cast<uint32_t>(number) << 1 ^ static_cast<uint32_t>(number >> 31));
  } else if (value->IsNumber()) {
    const double number = value.As<v8::Number>()->Value();
    put(kDouble);
    memcpy(bytes_ + length_, &number, sizeof number);
    length_ += sizeof number;
  } else if (value->IsUndefined()) {
    put(kUndefined);
  } else if (value->IsNull()) {
    put(kNull);
  } else if (value->IsBoolean()) {
    put(value->IsTrue() ? kTrue : kFalse);
  } else {
    return false;
  }
  return true;
}

bool PrimitiveWriter::write_string(v8::Isolate* isolate, v8::Local<v8::String> text) {
  const auto units = static_cast<size_t>(text->Length());
  const bool one_byte = text->IsOneByte();
  // Tag, padding and varint come on top.
  if (units > kCapacity || (one_byte ? units : units * 2) + 2 + kVarintMax > room()) return false;
  if (one_byte) {
    put(kOneByteString);
    put_varint(static_cast<uint32_t>(units));
    text->WriteOneByteV2(isolate, 0, static_cast<uint32_t>(units), bytes_ + length_);
    length_ += units;
    return true;
  }
  const auto bytes = static_cast<uint32_t>(units * 2);
  // The reader wants the code units aligned.
  if ((length_ + 1 + varint_length(bytes)) % 2 != 0) put(kPadding);
  put(kTwoByteString);
  put_varint(bytes);
  text->WriteV2(isolate, 0, static_cast<uint32_t>(units), reinterpret_cast<uint16_t*>(bytes_ + length_));
  length_ += bytes;
  return true;
}

}  // namespace nr
