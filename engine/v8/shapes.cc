#include "shapes.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace nr {
namespace {

constexpr size_t kNamesMax = 8;
constexpr size_t kNameLengthMax = 24;
// What is seen less is not worth a template, of which V8 keeps what it made for ever.
constexpr uint32_t kSeenOften = 4;
constexpr uint32_t kMissedOften = 64;
constexpr uint32_t kMadeMax = 64;

constexpr uint8_t kObject = 'o';
constexpr uint8_t kObjectEnd = '{';
constexpr uint8_t kString = '"';
constexpr uint8_t kInt32 = 'I';
constexpr uint8_t kDouble = 'N';

struct Cursor {
  const uint8_t* at;
  const uint8_t* const end;

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

bool is_letter(uint8_t byte) { return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z'); }

/** A name of letters, digits and underscores, appended behind its length. Nothing that could be an index or `__proto__`. */
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

bool read_primitive(v8::Isolate* isolate, Cursor* cursor, v8::MaybeLocal<v8::Value>* value) {
  if (cursor->at == cursor->end) return false;
  uint32_t number;
  switch (*cursor->at++) {
    case kInt32:
      if (!cursor->varint(&number)) return false;
      *value = v8::Integer::New(isolate, static_cast<int32_t>((number >> 1) ^ (0 - (number & 1))));
      return true;
    case kDouble: {
      double real;
      if (cursor->left() < sizeof real) return false;
      memcpy(&real, cursor->at, sizeof real);
      cursor->at += sizeof real;
      *value = v8::Number::New(isolate, real);
      return true;
    }
    case kString: {
      if (!cursor->varint(&number) || number > cursor->left()) return false;
      v8::Local<v8::String> text;
      const bool made = v8::String::NewFromOneByte(isolate, cursor->at, v8::NewStringType::kNormal, static_cast<int>(number))
                            .ToLocal(&text);
      cursor->at += number;
      *value = text;
      return made;
    }
    case 'T':
    case 'F':
      *value = v8::Boolean::New(isolate, cursor->at[-1] == 'T');
      return true;
    case '0':
      *value = v8::Null(isolate);
      return true;
    case '_':
      *value = v8::Undefined(isolate);
      return true;
    default:
      return false;
  }
}

}  // namespace

bool Shapes::read(v8::Local<v8::Context> context, const uint8_t* at, const uint8_t* end, v8::Local<v8::Value>* value) {
  v8::Isolate* const isolate = context->GetIsolate();
  Cursor cursor{at, end};
  if (cursor.left() < 3 || *cursor.at++ != kObject) return false;
  char names[kNamesMax * (kNameLengthMax + 1)];
  size_t length = 0;
  v8::MaybeLocal<v8::Value> values[kNamesMax];
  size_t count = 0;
  while (cursor.at != end && *cursor.at == kString) {
    cursor.at++;
    if (count == kNamesMax || !read_name(&cursor, names, &length)) return false;
    if (!read_primitive(isolate, &cursor, &values[count++])) return false;
  }
  uint32_t written;
  if (count == 0 || cursor.at == end || *cursor.at++ != kObjectEnd) return false;
  if (!cursor.varint(&written) || written != count || cursor.at != end) return false;
  const v8::Local<v8::DictionaryTemplate> shape = find(isolate, names, length);
  if (shape.IsEmpty()) return false;
  *value = shape->NewInstance(context, v8::MemorySpan<v8::MaybeLocal<v8::Value>>(values, count));
  return true;
}

v8::Local<v8::DictionaryTemplate> Shapes::find(v8::Isolate* isolate, const char* names, size_t length) {
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
  if (++shape.seen < kSeenOften || made_ >= kMadeMax) return {};
  std::string_view views[kNamesMax];
  size_t count = 0;
  for (size_t at = 0; at < length; at += 1 + static_cast<size_t>(names[at])) {
    views[count++] = wanted.substr(at + 1, static_cast<size_t>(names[at]));
  }
  made_++;
  const auto made = v8::DictionaryTemplate::New(isolate, v8::MemorySpan<const std::string_view>(views, count));
  shape.made.Reset(isolate, made);
  return made;
}

v8::Local<v8::String> Shapes::name(v8::Isolate* isolate, const uint8_t* bytes, size_t length) {
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

void Shapes::clear() {
  for (Shape& shape : shapes_) shape.made.Reset();
  last_.Reset();
}

}  // namespace nr
