// Modules, for the prelude's loader: prelude/modules/loader.ts.

#include <vector>

#include "isolate.h"
#include "modules/modules.h"
#include "ops/ops.h"
#include "wire/errors.h"
#include "wire/serialize.h"

namespace nr {
namespace {

/** Bytes of the guest's stack for each level of modules. */
constexpr size_t kStackOfLevel = 1024;
/** Exports of exports. V8 takes up to 600 bytes of the thread's stack for each without a look at it. */
constexpr uint32_t kHopsMax = 4096;

/** What an export is to the host: ModuleExport of prelude/core/engine.ts. */
enum class Export : uint32_t { kFunction = 0, kValue = 1, kOther = 2 };

uint32_t number(v8::Local<v8::Value> value) { return value->IsUint32() ? value.As<v8::Uint32>()->Value() : 0; }

}  // namespace

/** (url, text, or its number in the template) */
void op_module_compile(nrv8_isolate& host, const OpInfo& info) {
  if (!info[1]->IsString()) return;
  const auto url = info[1].As<v8::String>();
  const v8::Local<v8::Context> context = host.isolate->GetCurrentContext();
  v8::MaybeLocal<v8::Value> compiled;
  if (info[2]->IsString()) compiled = host.modules->compile(context, url, info[2].As<v8::String>());
  if (info[2]->IsUint32()) compiled = host.modules->compile_shared(context, url, number(info[2]));
  v8::Local<v8::Value> requests;
  if (compiled.ToLocal(&requests)) info.GetReturnValue().Set(requests);
}

/** (url, value) */
void op_module_wrap(nrv8_isolate& host, const OpInfo& info) {
  if (!info[1]->IsString()) return;
  info.GetReturnValue().Set(host.modules->wrap(host.isolate->GetCurrentContext(), info[1].As<v8::String>(), info[2]));
}

/** (number, numbers[]) */
void op_module_resolve(nrv8_isolate& host, const OpInfo& info) {
  if (!info[2]->IsArray()) return;
  const v8::Local<v8::Context> context = host.isolate->GetCurrentContext();
  const auto list = info[2].As<v8::Array>();
  std::vector<uint32_t> requested(list->Length());
  for (uint32_t index = 0; index < requested.size(); index++) {
    v8::Local<v8::Value> item;
    // The prelude's own list, of numbers.
    if (!list->Get(context, index).ToLocal(&item)) return;
    requested[index] = number(item);
  }
  info.GetReturnValue().Set(host.modules->resolve(number(info[1]), std::move(requested)));
}

/** (number, levels, hops) */
void op_module_link(nrv8_isolate& host, const OpInfo& info) {
  if (number(info[2]) > host.options.stack_bytes / kStackOfLevel) {
    return throw_range_error(host.isolate, "The modules import each other over too many levels for the stack");
  }
  if (number(info[3]) > kHopsMax) {
    return throw_range_error(host.isolate, "Modules that import each other in a circle export too much of each other");
  }
  host.modules->link(host.isolate->GetCurrentContext(), number(info[1]));
}

/** (number) */
void op_module_evaluate(nrv8_isolate& host, const OpInfo& info) {
  v8::Local<v8::Value> promise;
  if (host.modules->evaluate(host.isolate->GetCurrentContext(), number(info[1])).ToLocal(&promise))
    info.GetReturnValue().Set(promise);
}

/** (number) */
void op_module_namespace(nrv8_isolate& host, const OpInfo& info) {
  v8::Local<v8::Value> name_space;
  if (host.modules->name_space(number(info[1])).ToLocal(&name_space)) info.GetReturnValue().Set(name_space);
}

/** (number) [name, what it is, value or undefined, …] */
void op_module_exports(nrv8_isolate& host, const OpInfo& info) {
  v8::Isolate* const isolate = host.isolate;
  const v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::Value> name_space;
  v8::Local<v8::Array> names;
  if (!host.modules->name_space(number(info[1])).ToLocal(&name_space)) return;
  const auto object = name_space.As<v8::Object>();
  if (!object->GetOwnPropertyNames(context, v8::PropertyFilter::SKIP_SYMBOLS, v8::KeyConversionMode::kConvertToString)
           .ToLocal(&names))
    return;
  // Half of a message, for what comes with them.
  const size_t message_max = host.options.message_bytes_max;
  size_t bytes_left = message_max == 0 ? SIZE_MAX : message_max / 2;
  std::vector<v8::Local<v8::Value>> parts;
  for (uint32_t index = 0; index < names->Length(); index++) {
    v8::TryCatch try_catch(isolate);
    v8::Local<v8::Value> name;
    v8::Local<v8::Value> value = v8::Undefined(isolate);
    Export kind = Export::kOther;
    // What has no value yet throws.
    if (names->Get(context, index).ToLocal(&name) && object->Get(context, name).ToLocal(&value)) {
      const size_t bytes = value->IsFunction() ? 0 : clone_bytes(host, context, value, bytes_left);
      bytes_left -= bytes;
      if (value->IsFunction()) kind = Export::kFunction;
      if (bytes > 0) kind = Export::kValue;
    }
    if (try_catch.HasTerminated()) return (void)try_catch.ReThrow();
    if (kind != Export::kValue) value = v8::Undefined(isolate);
    parts.insert(parts.end(), {name, v8::Integer::NewFromUnsigned(isolate, static_cast<uint32_t>(kind)), value});
  }
  info.GetReturnValue().Set(v8::Array::New(isolate, parts.data(), parts.size()));
}

}  // namespace nr
