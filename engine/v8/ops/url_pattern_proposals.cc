// What is proposed for URL patterns: generate() and compareComponent(), as web-platform-tests have them.
// https://github.com/whatwg/urlpattern/issues/73, https://github.com/whatwg/urlpattern/issues/61

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ada.h"
#include "ops/ops.h"
#include "ops/url_text.h"

namespace nr {
namespace {

using Options = ada::url_pattern_compile_component_options;
using Part = ada::url_pattern_part;
using PartType = ada::url_pattern_part_type;
using Modifier = ada::url_pattern_part_modifier;
using Encoded = tl::expected<std::string, ada::errors>;

/** The order of components in prelude/url/url-pattern.ts. */
enum Component : int32_t { kProtocol, kUsername, kPassword, kHostname, kPort, kPathname, kSearch, kHash };

Options options_of(int32_t component, bool hierarchical) {
  if (component == kHostname) return Options::HOSTNAME;
  if (component == kPathname && hierarchical) return Options::PATHNAME;
  return Options::DEFAULT;
}

/** What a component's own pattern has was encoded when it was compiled. */
Encoded keep(std::string_view text) { return std::string(text); }

std::vector<Part> parts_of(std::string_view pattern, Options options) {
  auto parts = ada::url_pattern_helpers::parse_pattern_string(pattern, options, keep);
  return parts ? std::move(*parts) : std::vector<Part>();
}

Encoded encode_path(bool hierarchical, std::string_view text) {
  // Ada parses a path as the end of a URL, which loses spaces there.
  const bool guarded = text.ends_with(' ');
  const std::string guard = std::string(text) + (guarded ? "-" : "");
  Encoded encoded = hierarchical ? ada::url_pattern_helpers::canonicalize_pathname(guard)
                                 : ada::url_pattern_helpers::canonicalize_opaque_pathname(guard);
  if (encoded && guarded) encoded->pop_back();
  return encoded;
}

Encoded encode(int32_t component, bool hierarchical, std::string_view text) {
  switch (component) {
    case kProtocol:
      return ada::url_pattern_helpers::canonicalize_protocol(text);
    case kUsername:
      return ada::url_pattern_helpers::canonicalize_username(text);
    case kPassword:
      return ada::url_pattern_helpers::canonicalize_password(text);
    case kHostname:
      return ada::url_pattern_helpers::canonicalize_hostname(text);
    case kPort:
      return ada::url_pattern_helpers::canonicalize_port(text);
    case kPathname:
      return encode_path(hierarchical, text);
    case kSearch:
      return ada::url_pattern_helpers::canonicalize_search(text);
    default:
      return ada::url_pattern_helpers::canonicalize_hash(text);
  }
}

/** The group's value among an op's two lists. */
std::optional<std::string> group(v8::Isolate* isolate, const OpInfo& info, std::string_view wanted) {
  if (!info[4]->IsArray() || !info[5]->IsArray()) return std::nullopt;
  const v8::Local<v8::Context> context = isolate->GetCurrentContext();
  const auto names = info[4].As<v8::Array>();
  for (uint32_t i = 0; i < names->Length(); i++) {
    v8::Local<v8::Value> name;
    v8::Local<v8::Value> value;
    if (!names->Get(context, i).ToLocal(&name) || utf8_of(isolate, name) != wanted) continue;
    if (info[5].As<v8::Array>()->Get(context, i).ToLocal(&value)) return utf8_of(isolate, value);
  }
  return std::nullopt;
}

/** Their order by how much they restrict. */
int rank(Modifier modifier) {
  switch (modifier) {
    case Modifier::none:
      return 3;
    case Modifier::one_or_more:
      return 2;
    case Modifier::optional:
      return 1;
    default:
      return 0;
  }
}

int sign(int number) { return (number > 0) - (number < 0); }

int compare(const Part& left, const Part& right) {
  if (left.type != right.type) return left.type < right.type ? 1 : -1;
  if (left.modifier != right.modifier) return sign(rank(left.modifier) - rank(right.modifier));
  if (const int order = left.prefix.compare(right.prefix); order != 0) return sign(order);
  if (const int order = left.value.compare(right.value); order != 0) return sign(order);
  return sign(left.suffix.compare(right.suffix));
}

}  // namespace

void op_url_pattern_generate(const OpInfo& info) {
  if (!info[1]->IsInt32()) return;
  v8::Isolate* const isolate = info.GetIsolate();
  const int32_t component = info[1].As<v8::Int32>()->Value();
  const bool hierarchical = info[3]->IsTrue();
  const Options options = options_of(component, hierarchical);
  const std::string_view delimiter = options.get_delimiter();
  std::string output;
  for (const Part& part : parts_of(utf8_of(isolate, info[2]), options)) {
    if (part.modifier != Modifier::none || part.type == PartType::REGEXP) return;
    if (part.type == PartType::FIXED_TEXT) {
      output += part.value;
      continue;
    }
    const std::optional<std::string> value = group(isolate, info, part.name);
    if (!value || value->size() > kUrlBytesMax) return;
    const Encoded encoded = encode(component, hierarchical, *value);
    if (!encoded) return;
    // A segment is what its regular expression would match: something, without the delimiter.
    if (part.type == PartType::SEGMENT_WILDCARD &&
        (encoded->empty() || (!delimiter.empty() && encoded->find(delimiter) != std::string::npos))) {
      return;
    }
    output += part.prefix + *encoded + part.suffix;
  }
  v8::Local<v8::String> result;
  if (string_of(isolate, output).ToLocal(&result)) info.GetReturnValue().Set(result);
}

void op_url_pattern_compare(const OpInfo& info) {
  if (!info[1]->IsInt32()) return;
  v8::Isolate* const isolate = info.GetIsolate();
  const Options options = options_of(info[1].As<v8::Int32>()->Value(), true);
  const std::vector<Part> left = parts_of(utf8_of(isolate, info[2]), options);
  const std::vector<Part> right = parts_of(utf8_of(isolate, info[3]), options);
  const Part nothing(PartType::FIXED_TEXT, "", Modifier::none);
  int order = 0;
  for (size_t i = 0; order == 0 && i < std::max(left.size(), right.size()); i++) {
    order = compare(i < left.size() ? left[i] : nothing, i < right.size() ? right[i] : nothing);
  }
  info.GetReturnValue().Set(order);
}

}  // namespace nr
