#include "modules/requests.h"

#include <vector>

#include "override/re_exports.h"
#include "wire/errors.h"

namespace nr {

v8::Local<v8::Value> describe_attributes(v8::Local<v8::Context> context, v8::Local<v8::FixedArray> attributes,
                                         int stride) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Value> type = v8::Undefined(isolate);
  for (int at = 0; at + 1 < attributes->Length(); at += stride) {
    const auto key = attributes->Get(at).As<v8::String>();
    const auto value = attributes->Get(at + 1).As<v8::Value>();
    if (!key->StringEquals(ascii(isolate, "type"))) {
      v8::Local<v8::Value> unknown[] = {key, value};
      return v8::Array::New(isolate, unknown, std::size(unknown));
    }
    type = value;
  }
  return type;
}

v8::Local<v8::Value> describe_requests(v8::Local<v8::Context> context, v8::Local<v8::Module> module, uint32_t id) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  const v8::Local<v8::FixedArray> requests = module->GetModuleRequests();
  const auto [named, has_star] = re_exports(module);
  std::vector<v8::Local<v8::Value>> parts{v8::Integer::NewFromUnsigned(isolate, id),
                                          v8::Integer::NewFromUnsigned(isolate, named),
                                          v8::Boolean::New(isolate, has_star)};
  parts.reserve(parts.size() + 4 * static_cast<size_t>(requests->Length()));
  for (int index = 0; index < requests->Length(); index++) {
    const auto request = requests->Get(index).As<v8::ModuleRequest>();
    v8::Location place = module->SourceOffsetToLocation(request->GetSourceOffset());
    parts.push_back(request->GetSpecifier());
    parts.push_back(describe_attributes(context, request->GetImportAttributes(), 3));
    parts.push_back(v8::Integer::New(isolate, place.GetLineNumber() + 1));
    parts.push_back(v8::Integer::New(isolate, place.GetColumnNumber() + 1));
  }
  return v8::Array::New(isolate, parts.data(), parts.size());
}

}  // namespace nr
