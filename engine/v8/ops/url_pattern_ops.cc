// URL patterns, by ada: https://urlpattern.spec.whatwg.org/
//
// Ada parses patterns and takes URLs apart; matching is left to the prelude, with V8's regular expressions.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ada.h"
#include "ops/ops.h"
#include "ops/url_text.h"

namespace nr {
namespace {

// Ada compares the name of each group with all others; this many bytes are some 0.1 s at worst.
constexpr size_t kPatternBytesMax = size_t{16} << 10;
constexpr size_t kPatternBaseBytesMax = size_t{64} << 10;

using Init = ada::url_pattern_init;
using Input = std::variant<std::string_view, Init>;
using Member = std::optional<std::string> Init::*;

/** The order of UrlPatternInit in prelude/core/engine.ts. */
constexpr Member kMembers[] = {&Init::protocol, &Init::username, &Init::password, &Init::hostname, &Init::port,
                               &Init::pathname, &Init::search,   &Init::hash,     &Init::base_url};

/** The op that parses a pattern on this thread: ada asks for regular expressions without saying for whom. */
struct PatternParse {
  v8::Isolate* isolate;
  v8::Local<v8::Context> context;
  v8::Local<v8::Function> exec;
  bool ignore_case;
};
thread_local const PatternParse* pattern_parse = nullptr;

/** V8's regular expressions for ada. */
class RegExps {
 public:
  using regex_type = v8::Local<v8::RegExp>;

  static std::optional<regex_type> create_instance(std::string_view pattern, bool ignore_case) {
    const PatternParse& parse = *pattern_parse;
    v8::TryCatch invalid(parse.isolate);
    const int flags = v8::RegExp::kUnicodeSets | (ignore_case ? v8::RegExp::kIgnoreCase : 0);
    v8::Local<v8::String> source;
    v8::Local<v8::RegExp> regexp;
    if (string_of(parse.isolate, pattern).ToLocal(&source) &&
        v8::RegExp::New(parse.context, source, static_cast<v8::RegExp::Flags>(flags)).ToLocal(&regexp)) {
      return regexp;
    }
    if (invalid.HasTerminated()) invalid.ReThrow();
    return std::nullopt;
  }

  /** Called for special schemes only. */
  static bool regex_match(std::string_view input, const regex_type& regexp) {
    const PatternParse& parse = *pattern_parse;
    v8::Local<v8::String> text;
    v8::Local<v8::Value> result;
    if (!string_of(parse.isolate, input).ToLocal(&text)) return false;
    v8::Local<v8::Value> arguments[] = {text};
    return parse.exec->Call(parse.context, regexp, 1, arguments).ToLocal(&result) && !result->IsNull();
  }

  /** Part of ada's concept of a provider; it is for matching, which ada does not do here. */
  static std::optional<std::vector<std::optional<std::string>>> regex_search(std::string_view, const regex_type&) {
    return std::nullopt;
  }
};

using Component = ada::url_pattern_component<RegExps>;

/** An op's string or UrlPatternInit; nothing if it is too long. `text` holds what the result refers to. */
std::optional<Input> input_of(v8::Isolate* isolate, v8::Local<v8::Value> value, std::string& text, size_t max) {
  if (!value->IsArray()) {
    text = utf8_of(isolate, value);
    if (text.size() > max) return std::nullopt;
    return Input(std::string_view(text));
  }
  Init init;
  size_t total = 0;
  for (uint32_t i = 0; i < std::size(kMembers); i++) {
    v8::Local<v8::Value> member;
    if (!value.As<v8::Array>()->Get(isolate->GetCurrentContext(), i).ToLocal(&member)) return std::nullopt;
    if (!member->IsString()) continue;
    (init.*kMembers[i]) = utf8_of(isolate, member);
    if (kMembers[i] != &Init::base_url) total += (init.*kMembers[i])->size();
  }
  if (total > max || (init.base_url && init.base_url->size() > kPatternBaseBytesMax)) return std::nullopt;
  return Input(std::move(init));
}

/** Empty if there is none; it stays an exception's if a string is too long. */
v8::Local<v8::Value> strings(v8::Isolate* isolate, const std::vector<std::string>& list) {
  std::vector<v8::Local<v8::Value>> values;
  for (const std::string& item : list) {
    v8::Local<v8::String> string;
    if (string_of(isolate, item).ToLocal(&string)) values.push_back(string);
  }
  return v8::Array::New(isolate, values.data(), values.size());
}

/** UrlPatternComponent in prelude/core/engine.ts. */
bool push(v8::Isolate* isolate, std::vector<v8::Local<v8::Value>>& list, const Component& component) {
  v8::Local<v8::String> pattern;
  if (!string_of(isolate, component.pattern).ToLocal(&pattern)) return false;
  v8::Local<v8::Value> matcher = v8::Undefined(isolate);
  if (component.type == ada::url_pattern_component_type::REGEXP) {
    matcher = component.regexp;
  } else if (component.type == ada::url_pattern_component_type::EXACT_MATCH) {
    v8::Local<v8::String> exact;
    if (!string_of(isolate, component.exact_match_value).ToLocal(&exact)) return false;
    matcher = exact;
  }
  v8::Local<v8::Value> fields[] = {pattern, v8::Integer::New(isolate, static_cast<int32_t>(component.type)), matcher,
                                   strings(isolate, component.group_name_list),
                                   v8::Boolean::New(isolate, component.has_regexp_groups)};
  list.push_back(v8::Array::New(isolate, fields, std::size(fields)));
  return true;
}

/** The first character gone, if it is `mark`. */
std::string_view without(std::string_view text, char mark) {
  if (text.starts_with(mark)) text.remove_prefix(1);
  return text;
}

/** The first steps of https://urlpattern.spec.whatwg.org/#url-pattern-match: the components to be matched. */
std::vector<std::string> components_of(const Input& input, const std::string* base) {
  if (const Init* const init = std::get_if<Init>(&input)) {
    const std::string_view none;
    auto url = Init::process(*init, Init::process_type::url, none, none, none, none, none, none, none, none);
    if (!url) return {};
    url->search = std::string(without(*url->search, '?'));
    std::vector<std::string> components;
    for (const Member member : kMembers) {
      if (member != &Init::base_url) components.push_back(std::move(*((*url).*member)));
    }
    return components;
  }
  ada::result<ada::url_aggregator> base_url;
  if (base != nullptr) {
    base_url = ada::parse<ada::url_aggregator>(*base);
    if (!base_url) return {};
  }
  const auto url =
      ada::parse<ada::url_aggregator>(std::get<std::string_view>(input), base == nullptr ? nullptr : &*base_url);
  if (!url) return {};
  std::string_view protocol = url->get_protocol();
  protocol.remove_suffix(1);
  std::vector<std::string> components;
  for (const std::string_view component :
       {protocol, url->get_username(), url->get_password(), url->get_hostname(), url->get_port(), url->get_pathname(),
        without(url->get_search(), '?'), without(url->get_hash(), '#')}) {
    components.emplace_back(component);
  }
  return components;
}

}  // namespace

void op_url_pattern_parse(const OpInfo& info) {
  if (!info[4]->IsFunction()) return;
  v8::Isolate* const isolate = info.GetIsolate();
  std::string text;
  std::optional<Input> input = input_of(isolate, info[1], text, kPatternBytesMax);
  if (!input) return;
  const std::string base = utf8_of(isolate, info[2]);
  if (base.size() > kPatternBaseBytesMax) return;
  const std::string_view base_view = base;
  const PatternParse parse{isolate, isolate->GetCurrentContext(), info[4].As<v8::Function>(), info[3]->IsTrue()};
  const ada::url_pattern_options options{.ignore_case = parse.ignore_case};
  pattern_parse = &parse;
  const auto pattern =
      ada::parse_url_pattern<RegExps>(std::move(*input), info[2]->IsString() ? &base_view : nullptr, &options);
  pattern_parse = nullptr;
  if (!pattern) return;
  std::vector<v8::Local<v8::Value>> components;
  for (const Component* const component :
       {&pattern->protocol_component, &pattern->username_component, &pattern->password_component,
        &pattern->hostname_component, &pattern->port_component, &pattern->pathname_component,
        &pattern->search_component, &pattern->hash_component}) {
    if (!push(isolate, components, *component)) return;
  }
  info.GetReturnValue().Set(v8::Array::New(isolate, components.data(), components.size()));
}

void op_url_pattern_input(const OpInfo& info) {
  v8::Isolate* const isolate = info.GetIsolate();
  std::string text;
  const std::optional<Input> input = input_of(isolate, info[1], text, kUrlBytesMax);
  const std::string base = utf8_of(isolate, info[2]);
  if (!input || base.size() > kUrlBytesMax) return;
  const std::vector<std::string> components = components_of(*input, info[2]->IsString() ? &base : nullptr);
  if (!components.empty()) info.GetReturnValue().Set(strings(isolate, components));
}

}  // namespace nr
