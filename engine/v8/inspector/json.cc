#include "inspector/json.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace nr {
namespace {

/** Of a name of the guest's, which may be as long as its memory. */
constexpr int kLengthMax = 1024;

void append_unit(std::string* json, uint16_t unit) {
  if (unit == '"' || unit == '\\') {
    json->push_back('\\');
    json->push_back(static_cast<char>(unit));
  } else if (unit >= ' ' && unit < 0x7f) {
    json->push_back(static_cast<char>(unit));
  } else {
    char escape[8];
    snprintf(escape, sizeof escape, "\\u%04x", unit);
    json->append(escape);
  }
}

}  // namespace

void append_json(std::string* json, std::string_view ascii) {
  json->push_back('"');
  for (const char unit : ascii) append_unit(json, static_cast<uint8_t>(unit));
  json->push_back('"');
}

void append_json(std::string* json, v8::Isolate* isolate, v8::Local<v8::Value> text) {
  json->push_back('"');
  if (!text.IsEmpty() && text->IsString()) {
    const auto string = text.As<v8::String>();
    std::vector<uint16_t> units(static_cast<size_t>(std::min(string->Length(), kLengthMax)));
    string->WriteV2(isolate, 0, static_cast<uint32_t>(units.size()), units.data());
    for (const uint16_t unit : units) append_unit(json, unit);
  }
  json->push_back('"');
}

}  // namespace nr
