// Forgiving base64: https://infra.spec.whatwg.org/#forgiving-base64

#include <array>
#include <memory>

#include "ops/ops.h"
#include "wire/errors.h"

namespace nr {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kWhitespace = 0xfe;
constexpr uint8_t kInvalid = 0xff;

constexpr std::array<uint8_t, 256> make_values() {
  std::array<uint8_t, 256> values{};
  values.fill(kInvalid);
  for (uint8_t i = 0; i < 64; i++) values[static_cast<uint8_t>(kAlphabet[i])] = i;
  for (const char c : {' ', '\t', '\n', '\f', '\r'}) values[static_cast<uint8_t>(c)] = kWhitespace;
  return values;
}
constexpr std::array<uint8_t, 256> kValues = make_values();

/** The characters of a string as bytes; null if one is over U+00FF. */
std::unique_ptr<uint8_t[]> read_bytes(v8::Isolate* isolate, v8::Local<v8::String> text) {
  if (!text->ContainsOnlyOneByte()) return nullptr;
  const auto length = static_cast<uint32_t>(text->Length());
  auto bytes = std::make_unique_for_overwrite<uint8_t[]>(length + 1);
  text->WriteOneByteV2(isolate, 0, length, bytes.get());
  return bytes;
}

void return_bytes(const OpInfo& info, const uint8_t* bytes, size_t length) {
  if (length > static_cast<size_t>(v8::String::kMaxLength)) {
    return throw_range_error(info.GetIsolate(), "Invalid string length");
  }
  v8::Local<v8::String> result;
  if (v8::String::NewFromOneByte(info.GetIsolate(), bytes, v8::NewStringType::kNormal, static_cast<int>(length))
          .ToLocal(&result)) {
    info.GetReturnValue().Set(result);
  }
}

/** Removes whitespace in place. False: a character is not of the alphabet (padding at the end is left). */
bool strip(uint8_t* text, size_t* length) {
  size_t kept = 0;
  for (size_t i = 0; i < *length; i++) {
    const uint8_t value = kValues[text[i]];
    if (value == kWhitespace) continue;
    if (value == kInvalid && text[i] != '=') return false;
    text[kept++] = text[i];
  }
  *length = kept;
  return true;
}

/** Decodes in place; the result is shorter than the text. False: malformed. */
bool decode(uint8_t* text, size_t* length) {
  if (!strip(text, length)) return false;
  size_t count = *length;
  if (count % 4 == 0) {
    for (int padding = 0; padding < 2 && count > 0 && text[count - 1] == '='; padding++) count--;
  }
  if (count % 4 == 1) return false;
  size_t written = 0;
  uint32_t bits = 0;
  for (size_t i = 0; i < count; i++) {
    const uint8_t value = kValues[text[i]];
    if (value >= 64) return false;  // '=' before the end
    bits = bits << 6 | value;
    // Every character but the first of four completes a byte; bits left over at the end are dropped.
    if (i % 4 != 0) text[written++] = static_cast<uint8_t>(bits >> (6 - i % 4 * 2));
  }
  *length = written;
  return true;
}

}  // namespace

void op_btoa(const OpInfo& info) {
  if (!info[1]->IsString()) return;
  const auto text = info[1].As<v8::String>();
  const std::unique_ptr<uint8_t[]> bytes = read_bytes(info.GetIsolate(), text);
  if (!bytes) return;
  const auto length = static_cast<size_t>(text->Length());
  const size_t encoded_length = (length + 2) / 3 * 4;
  const auto encoded = std::make_unique_for_overwrite<uint8_t[]>(encoded_length + 1);
  uint8_t* out = encoded.get();
  for (size_t i = 0; i < length; i += 3) {
    const size_t rest = length - i;
    const uint32_t bits = uint32_t{bytes[i]} << 16 | (rest > 1 ? uint32_t{bytes[i + 1]} << 8 : 0) |
                          (rest > 2 ? uint32_t{bytes[i + 2]} : 0);
    *out++ = static_cast<uint8_t>(kAlphabet[bits >> 18]);
    *out++ = static_cast<uint8_t>(kAlphabet[bits >> 12 & 63]);
    *out++ = rest > 1 ? static_cast<uint8_t>(kAlphabet[bits >> 6 & 63]) : '=';
    *out++ = rest > 2 ? static_cast<uint8_t>(kAlphabet[bits & 63]) : '=';
  }
  return_bytes(info, encoded.get(), encoded_length);
}

void op_atob(const OpInfo& info) {
  if (!info[1]->IsString()) return;
  const auto text = info[1].As<v8::String>();
  const std::unique_ptr<uint8_t[]> bytes = read_bytes(info.GetIsolate(), text);
  auto length = static_cast<size_t>(text->Length());
  if (bytes && decode(bytes.get(), &length)) return_bytes(info, bytes.get(), length);
}

}  // namespace nr
