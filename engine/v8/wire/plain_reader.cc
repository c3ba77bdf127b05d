#include "wire/plain_reader.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <string_view>
#include <vector>

namespace nr {

struct Cursor {
  const uint8_t* at;
  const uint8_t* const end;
  /** The whole message is large: its shapes come often in it, if they do not come again in others. */
  const bool large;

  size_t left() const { return static_cast<size_t>(end - at); }

  bool varint(uint32_t* value) {
    *value = 0;
    for (uint32_t shift = 0; shift < 32 && at != end; shift += 7) {
      const uint8_t byte = *at++;
      *value |= static_cast<uint32_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return true;
    }
    return false;
  }
};

namespace {

constexpr size_t kNamesMax = 32;
constexpr size_t kNameLengthMax = 24;
constexpr size_t kElementsMax = 1 << 16;
constexpr size_t kStringMax = 1 << 28;
// Deeper values are few, and V8's reader knows how much stack there is.
constexpr uint32_t kDepthMax = 32;
constexpr size_t kLarge = 4096;
constexpr uint32_t kLeftToV8 = 32;
// What is seen less is not worth a template, of which V8 keeps what it made for ever.
constexpr uint32_t kSeenOften = 4;
constexpr uint32_t kMissedOften = 64;
constexpr uint32_t kMadeMax = 128;

// The tags of lib/codec/wire-format.ts.
constexpr uint8_t kPadding = '\0';
constexpr uint8_t kObject = 'o';
constexpr uint8_t kObjectEnd = '{';
constexpr uint8_t kArray = 'A';
constexpr uint8_t kArrayEnd = '$';
constexpr uint8_t kOneByteString = '"';
constexpr uint8_t kTwoByteString = 'c';
constexpr uint8_t kInt32 = 'I';
constexpr uint8_t kDouble = 'N';

bool is_letter(uint8_t byte) { return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z'); }

/** A name of letters, digits and underscores, appended behind its length. Nothing that could be an index or
 * `__proto__`. */
bool read_name(Cursor* cursor, char* names, size_t* length) {
  if (cursor->left() < 2) return false;
  const size_t count = *cursor->at++;
  if (count == 0 || count > kNameLengthMax || count > cursor->left() || !is_letter(*cursor->at)) return false;
  const uint8_t* const name = cursor->at;
  for (size_t index = 1; index < count; index++) {
    const uint8_t byte = name[index];
    if (!is_letter(byte) && byte != '_' && !(byte >= '0' && byte <= '9')) return false;
  }
  names[(*length)++] = static_cast<char>(count);
  memcpy(names + *length, name, count);
  *length += count;
  cursor->at += count;
  return true;
}

bool read_string(v8::Isolate* isolate, Cursor* cursor, bool wide, v8::Local<v8::Value>* value) {
  uint32_t bytes;
  if (!cursor->varint(&bytes) || bytes > cursor->left() || bytes > kStringMax) return false;
  const uint8_t* const text = cursor->at;
  cursor->at += bytes;
  const auto type = v8::NewStringType::kNormal;
  v8::Local<v8::String> string;
  if (!wide) {
    if (!v8::String::NewFromOneByte(isolate, text, type, static_cast<int>(bytes)).ToLocal(&string)) return false;
  } else {
    if (bytes % 2 != 0 || reinterpret_cast<uintptr_t>(text) % alignof(uint16_t) != 0) return false;
    const auto* const units = reinterpret_cast<const uint16_t*>(text);
    if (!v8::String::NewFromTwoByte(isolate, units, type, static_cast<int>(bytes / 2)).ToLocal(&string)) return false;
  }
  *value = string;
  return true;
}

bool read_double(v8::Isolate* isolate, Cursor* cursor, v8::Local<v8::Value>* value) {
  double number;
  if (cursor->left() < sizeof number) return false;
  memcpy(&number, cursor->at, sizeof number);
  cursor->at += sizeof number;
  *value = v8::Number::New(isolate, number);
  return true;
}

bool read_int32(v8::Isolate* isolate, Cursor* cursor, v8::Local<v8::Value>* value) {
  uint32_t zigzag;
  if (!cursor->varint(&zigzag)) return false;
  *value = v8::Integer::New(isolate, static_cast<int32_t>((zigzag >> 1) ^ (0 - (zigzag & 1))));
  return true;
}

}  // namespace

bool PlainReader::read(v8::Local<v8::Context> context, const uint8_t* at, const uint8_t* end,
                       v8::Local<v8::Value>* value) {
  if (left_to_v8_ != 0) {
    left_to_v8_--;
    return false;
  }
  Cursor cursor{at, end, static_cast<size_t>(end - at) > kLarge};
  if (read_value(context, &cursor, 0, value) && cursor.at == end) return true;
  if (static_cast<size_t>(cursor.at - at) > kLarge) left_to_v8_ = kLeftToV8;
  return false;
}

bool PlainReader::read_value(v8::Local<v8::Context> context, Cursor* cursor, uint32_t depth,
                             v8::Local<v8::Value>* value) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  while (cursor->at != cursor->end && *cursor->at == kPadding) cursor->at++;
  if (cursor->at == cursor->end) return false;
  const uint8_t tag = *cursor->at++;
  switch (tag) {
    case kInt32:
      return read_int32(isolate, cursor, value);
    case kDouble:
      return read_double(isolate, cursor, value);
    case kOneByteString:
    case kTwoByteString:
      return read_string(isolate, cursor, tag == kTwoByteString, value);
    case 'T':
    case 'F':
      *value = v8::Boolean::New(isolate, tag == 'T');
      return true;
    case '0':
      *value = v8::Null(isolate);
      return true;
    case '_':
      *value = v8::Undefined(isolate);
      return true;
    case kObject:
      return depth < kDepthMax && read_object(context, cursor, depth, value);
    case kArray:
      return depth < kDepthMax && read_array(context, cursor, depth, value);
    default:
      return false;
  }
}

bool PlainReader::read_object(v8::Local<v8::Context> context, Cursor* cursor, uint32_t depth,
                              v8::Local<v8::Value>* value) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  v8::EscapableHandleScope scope(isolate);
  char names[kNamesMax * (kNameLengthMax + 1)];
  size_t length = 0;
  v8::MaybeLocal<v8::Value> values[kNamesMax];
  size_t count = 0;
  while (cursor->at != cursor->end && *cursor->at == kOneByteString) {
    cursor->at++;
    v8::Local<v8::Value> member;
    if (count == kNamesMax || !read_name(cursor, names, &length)) return false;
    if (!read_value(context, cursor, depth + 1, &member)) return false;
    values[count++] = member;
  }
  uint32_t written;
  if (count == 0 || cursor->at == cursor->end || *cursor->at++ != kObjectEnd) return false;
  if (!cursor->varint(&written) || written != count) return false;
  const v8::Local<v8::DictionaryTemplate> shape = find(isolate, names, length, cursor->large);
  if (shape.IsEmpty()) return false;
  *value = scope.Escape(shape->NewInstance(context, v8::MemorySpan<v8::MaybeLocal<v8::Value>>(values, count)));
  return true;
}

bool PlainReader::read_array(v8::Local<v8::Context> context, Cursor* cursor, uint32_t depth,
                             v8::Local<v8::Value>* value) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  uint32_t length;
  // No element takes less than a byte.
  if (!cursor->varint(&length) || length > cursor->left() || length > kElementsMax) return false;
  v8::EscapableHandleScope scope(isolate);
  std::vector<v8::Local<v8::Value>> elements(length);
  for (v8::Local<v8::Value>& element : elements) {
    if (!read_value(context, cursor, depth + 1, &element)) return false;
  }
  uint32_t named;
  uint32_t written;
  if (cursor->at == cursor->end || *cursor->at++ != kArrayEnd) return false;
  if (!cursor->varint(&named) || named != 0 || !cursor->varint(&written) || written != length) return false;
  *value = scope.Escape(v8::Array::New(isolate, elements.data(), length));
  return true;
}

v8::Local<v8::DictionaryTemplate> PlainReader::find(v8::Isolate* isolate, const char* names, size_t length,
                                                    bool large) {
  const std::string_view wanted(names, length);
  Shape& shape = shapes_[std::hash<std::string_view>()(wanted) % kSlots];
  if (shape.names != wanted) {
    if (!shape.made.IsEmpty() && ++shape.missed < kMissedOften) return {};
    shape.names = wanted;
    shape.made.Reset();
    shape.seen = 0;
    shape.missed = 0;
  }
  if (!shape.made.IsEmpty()) return shape.made.Get(isolate);
  if ((++shape.seen < kSeenOften && !large) || made_ >= kMadeMax) return {};
  std::string_view views[kNamesMax];
  size_t count = 0;
  for (size_t at = 0; at < length; at += 1 + static_cast<size_t>(names[at])) {
    views[count] = wanted.substr(at + 1, static_cast<size_t>(names[at]));
    // No object has one twice; a template that had would make objects that V8 does not expect.
    if (std::find(views, views + count, views[count]) != views + count) return {};
    count++;
  }
  made_++;
  const auto made = v8::DictionaryTemplate::New(isolate, v8::MemorySpan<const std::string_view>(views, count));
  shape.made.Reset(isolate, made);
  return made;
}

v8::Local<v8::String> PlainReader::name(v8::Isolate* isolate, const uint8_t* bytes, size_t length) {
  const std::string_view wanted(reinterpret_cast<const char*>(bytes), length);
  if (!last_.IsEmpty() && last_name_ == wanted) return last_.Get(isolate);
  v8::Local<v8::String> text;
  // An internalized one knows its hash, which the listeners are found by.
  const auto type = v8::NewStringType::kInternalized;
  if (!v8::String::NewFromOneByte(isolate, bytes, type, static_cast<int>(length)).ToLocal(&text)) return {};
  last_name_ = wanted;
  last_.Reset(isolate, text);
  return text;
}

void PlainReader::clear() {
  for (Shape& shape : shapes_) shape.made.Reset();
  last_.Reset();
}

}  // namespace nr
