#include <vector>

#include "isolate.h"
#include "network_runtime.h"
#include "ops/ops.h"
#include "wire/errors.h"
#include "wire/serialize.h"

namespace nr {
namespace {

/** The value itself, or a description of what cannot be cloned. Empty: execution is terminating. */
v8::MaybeLocal<v8::Value> cloneable(nrv8_isolate& host, v8::Local<v8::Context> context, v8::Local<v8::Value> value) {
  v8::TryCatch try_catch(host.isolate);
  if (PayloadWriter(host, context).write(value)) return value;
  if (try_catch.HasTerminated()) return {};
  try_catch.Reset();
  v8::Local<v8::String> text;
  if (value->ToDetailString(context).ToLocal(&text)) return text;
  if (try_catch.HasTerminated()) return {};
  return v8::String::Empty(host.isolate).As<v8::Value>();
}

}  // namespace

void op_console(nrv8_isolate& host, const OpInfo& info) {
  v8::Isolate* const isolate = host.isolate;
  const v8::Local<v8::Context> context = isolate->GetCurrentContext();
  if (!info[2]->IsArray()) return;
  const auto arguments = info[2].As<v8::Array>();
  {
    v8::TryCatch try_catch(isolate);
    PayloadWriter writer(host, context);
    if (writer.write(info[1]) && writer.write(arguments)) {
      writer.record(NR_EVENT_CONSOLE, 0);
      // console never throws, not even for a message over the limit.
      return;
    }
    if (try_catch.HasTerminated()) return;
  }
  std::vector<v8::Local<v8::Value>> plain(arguments->Length());
  v8::TryCatch try_catch(isolate);
  for (uint32_t i = 0; i < plain.size(); i++) {
    v8::Local<v8::Value> value;
    if (!arguments->Get(context, i).ToLocal(&value) || !cloneable(host, context, value).ToLocal(&plain[i])) return;
  }
  record_pair(host, context, NR_EVENT_CONSOLE, 0, info[1], v8::Array::New(isolate, plain.data(), plain.size()));
}

}  // namespace nr
