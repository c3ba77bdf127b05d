#include "wire/json.h"

namespace nr {

void JsonObject::add(std::string_view key, std::string_view value) {
  add_key(key);
  add_quoted(value);
}

void JsonObject::add(std::string_view key, int value) {
  add_key(key);
  text_ += std::to_string(value);
}

void JsonObject::add_key(std::string_view key) {
  if (text_.size() > 1) text_ += ',';
  add_quoted(key);
  text_ += ':';
}

void JsonObject::add_quoted(std::string_view value) {
  static constexpr char kHex[] = "0123456789abcdef";
  text_ += '"';
  for (const char c : value) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else if (c == '\n') {
      text_ += "\\n";
    } else if (code < 0x20) {
      text_ += "\\u00";
      text_ += kHex[code >> 4];
      text_ += kHex[code & 15];
    } else {
      text_ += c;
    }
  }
  text_ += '"';
}

}  // namespace nr
