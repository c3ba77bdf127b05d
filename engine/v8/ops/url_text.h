#ifndef NR_V8_OPS_URL_TEXT_H_
#define NR_V8_OPS_URL_TEXT_H_

#include <string>
#include <string_view>

#include "v8.h"

namespace nr {

/** Longer URLs are refused, as browsers do (most at 2 MiB): ada runs to its end whatever the isolate's limits say. */
constexpr size_t kUrlBytesMax = size_t{16} << 20;

/** The string in UTF-8, lone surrogates as U+FFFD; empty for what is no string. */
std::string utf8_of(v8::Isolate* isolate, v8::Local<v8::Value> text);

/** A string of UTF-8, malformed parts as U+FFFD. Empty, with an exception pending, if it is too long. */
v8::MaybeLocal<v8::String> string_of(v8::Isolate* isolate, std::string_view utf8);

}  // namespace nr

#endif  // NR_V8_OPS_URL_TEXT_H_
