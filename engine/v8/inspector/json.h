#ifndef NR_V8_INSPECTOR_JSON_H_
#define NR_V8_INSPECTOR_JSON_H_

#include <string>
#include <string_view>

#include "v8.h"

namespace nr {

/** Appends a text between quotes, in ASCII. */
void append_json(std::string* json, std::string_view ascii);
void append_json(std::string* json, v8::Isolate* isolate, v8::Local<v8::Value> text);

}  // namespace nr

#endif  // NR_V8_INSPECTOR_JSON_H_
