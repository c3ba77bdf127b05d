// V8's interface makes errors of all classes but this.

#include "override/aggregate_error.h"

#include "src/api/api-inl.h"
#include "src/objects/contexts-inl.h"

namespace nr {

v8::Local<v8::Object> aggregate_error_prototype(v8::Local<v8::Context> context) {
  namespace i = v8::internal;
  i::Isolate* const isolate = i::Isolate::Current();
  const i::Tagged<i::NativeContext> native = v8::Utils::OpenDirectHandle(*context)->native_context();
  const i::Tagged<i::Object> prototype = native->aggregate_error_function()->instance_prototype();
  return v8::Utils::ToLocal(i::handle(i::Cast<i::JSObject>(prototype), isolate));
}

}  // namespace nr
