// application/x-www-form-urlencoded: https://url.spec.whatwg.org/#application/x-www-form-urlencoded

#include <string>
#include <string_view>
#include <vector>

#include "ops/ops.h"
#include "ops/url_text.h"

namespace nr {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/** "+" as a space and percent-decoded. */
std::string decode(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (size_t i = 0; i < text.size(); i++) {
    char c = text[i];
    if (c == '+') {
      c = ' ';
    } else if (c == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      c = static_cast<char>(hex_digit(text[i + 1]) << 4 | hex_digit(text[i + 2]));
      i += 2;
    }
    bytes.push_back(c);
  }
  return bytes;
}

/** https://url.spec.whatwg.org/#application-x-www-form-urlencoded-percent-encode-set, its complement. */
bool stays(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '*' || c == '-' ||
         c == '.' || c == '_';
}

void encode(std::string_view bytes, std::string& into) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  for (const char c : bytes) {
    if (stays(c)) {
      into.push_back(c);
    } else if (c == ' ') {
      into.push_back('+');
    } else {
      into.push_back('%');
      into.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
      into.push_back(kDigits[static_cast<unsigned char>(c) & 15]);
    }
  }
}

bool push(v8::Isolate* isolate, std::vector<v8::Local<v8::Value>>& list, std::string_view text) {
  v8::Local<v8::String> string;
  if (!string_of(isolate, decode(text)).ToLocal(&string)) return false;
  list.push_back(string);
  return true;
}

}  // namespace

void op_urlencoded_parse(const OpInfo& info) {
  v8::Isolate* const isolate = info.GetIsolate();
  const std::string input = utf8_of(isolate, info[1]);
  std::vector<v8::Local<v8::Value>> list;
  for (size_t start = 0; start < input.size();) {
    const size_t end = std::min(input.find('&', start), input.size());
    const std::string_view pair(input.data() + start, end - start);
    start = end + 1;
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = equals == pair.size() ? std::string_view() : pair.substr(equals + 1);
    if (!push(isolate, list, pair.substr(0, equals)) || !push(isolate, list, value)) return;
  }
  info.GetReturnValue().Set(v8::Array::New(isolate, list.data(), list.size()));
}

void op_urlencoded_serialize(const OpInfo& info) {
  if (!info[1]->IsArray() || !info[2]->IsArray()) return;
  v8::Isolate* const isolate = info.GetIsolate();
  const v8::Local<v8::Context> context = isolate->GetCurrentContext();
  const auto names = info[1].As<v8::Array>();
  const auto values = info[2].As<v8::Array>();
  std::string output;
  for (uint32_t i = 0; i < names->Length(); i++) {
    v8::HandleScope scope(isolate);
    v8::Local<v8::Value> name;
    v8::Local<v8::Value> value;
    if (!names->Get(context, i).ToLocal(&name) || !values->Get(context, i).ToLocal(&value)) return;
    if (i > 0) output.push_back('&');
    encode(utf8_of(isolate, name), output);
    output.push_back('=');
    encode(utf8_of(isolate, value), output);
    // The result will not be a string any more: no need to go on.
    if (output.size() > static_cast<size_t>(v8::String::kMaxLength)) break;
  }
  v8::Local<v8::String> result;
  if (string_of(isolate, output).ToLocal(&result)) info.GetReturnValue().Set(result);
}

}  // namespace nr
