// URLs, by the ada parser: https://url.spec.whatwg.org/
//
// An op takes a serialization and gives one: a URL's state is its href, because parsing that gives the same URL again.

#include <optional>
#include <string>
#include <string_view>

#include "ada.h"
#include "ops/ops.h"
#include "ops/url_text.h"

namespace nr {
namespace {

/** UrlPart in prelude/core/engine.ts. */
enum class Part : int32_t {
  kProtocol = 0,
  kUsername = 1,
  kPassword = 2,
  kHost = 3,
  kHostname = 4,
  kPort = 5,
  kPathname = 6,
  kSearch = 7,
  kHash = 8,
};

v8::Local<v8::Value> offset(v8::Isolate* isolate, uint32_t value) {
  return v8::Integer::New(isolate, value == ada::url_components::omitted ? -1 : static_cast<int32_t>(value));
}

/** UrlRecord in prelude/core/engine.ts. */
void return_record(const OpInfo& info, const ada::url_aggregator& url) {
  v8::Isolate* const isolate = info.GetIsolate();
  const ada::url_components& at = url.get_components();
  v8::Local<v8::String> href;
  if (!string_of(isolate, url.get_href()).ToLocal(&href)) return;
  v8::Local<v8::Value> record[] = {
      href,
      offset(isolate, at.protocol_end),
      offset(isolate, at.username_end),
      offset(isolate, at.host_start),
      offset(isolate, at.host_end),
      offset(isolate, at.port),
      offset(isolate, at.pathname_start),
      offset(isolate, at.search_start),
      offset(isolate, at.hash_start),
  };
  info.GetReturnValue().Set(v8::Array::New(isolate, record, std::size(record)));
}

std::optional<ada::url_aggregator> parse(const std::string& text, const ada::url_aggregator* base) {
  if (text.size() > kUrlBytesMax) return std::nullopt;
  ada::result<ada::url_aggregator> url = ada::parse<ada::url_aggregator>(text, base);
  if (!url) return std::nullopt;
  return std::move(*url);
}

/** Of an op's arguments url and base. */
std::optional<ada::url_aggregator> parse_arguments(const OpInfo& info) {
  v8::Isolate* const isolate = info.GetIsolate();
  if (!info[2]->IsString()) return parse(utf8_of(isolate, info[1]), nullptr);
  const std::optional<ada::url_aggregator> base = parse(utf8_of(isolate, info[2]), nullptr);
  if (!base) return std::nullopt;
  return parse(utf8_of(isolate, info[1]), &*base);
}

void set_part(ada::url_aggregator& url, Part part, std::string_view value) {
  switch (part) {
    case Part::kProtocol:
      url.set_protocol(value);
      return;
    case Part::kUsername:
      url.set_username(value);
      return;
    case Part::kPassword:
      url.set_password(value);
      return;
    case Part::kHost:
      url.set_host(value);
      return;
    case Part::kHostname:
      url.set_hostname(value);
      return;
    case Part::kPort:
      url.set_port(value);
      return;
    case Part::kPathname:
      url.set_pathname(value);
      return;
    case Part::kSearch:
      url.set_search(value);
      return;
    case Part::kHash:
      url.set_hash(value);
      return;
  }
}

}  // namespace

void op_url_parse(const OpInfo& info) {
  const std::optional<ada::url_aggregator> url = parse_arguments(info);
  if (url) return_record(info, *url);
}

void op_url_can_parse(const OpInfo& info) { info.GetReturnValue().Set(parse_arguments(info).has_value()); }

void op_url_set(const OpInfo& info) {
  if (!info[2]->IsInt32()) return;
  v8::Isolate* const isolate = info.GetIsolate();
  ada::result<ada::url_aggregator> url = ada::parse<ada::url_aggregator>(utf8_of(isolate, info[1]));
  if (!url) return;
  const std::string value = utf8_of(isolate, info[3]);
  if (value.size() <= kUrlBytesMax) {
    set_part(*url, static_cast<Part>(info[2].As<v8::Int32>()->Value()), value);
  }
  return_record(info, *url);
}

}  // namespace nr
