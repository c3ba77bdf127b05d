// V8 compiles a function when it is first called, and its interface has no way to ask for it sooner.

#include "override/compile_ahead.h"

#include "src/api/api-inl.h"
#include "src/codegen/compiler.h"
#include "src/objects/js-function-inl.h"

namespace nr {

bool compile_ahead(v8::Local<v8::Function> function) {
  namespace i = v8::internal;
  i::Isolate* const isolate = i::Isolate::Current();
  const i::HandleScope scope(isolate);
  const auto js_function = i::Cast<i::JSFunction>(v8::Utils::OpenDirectHandle(*function));
  i::IsCompiledScope is_compiled(js_function->shared()->is_compiled_scope(isolate));
  return is_compiled.is_compiled() ||
         i::Compiler::Compile(isolate, js_function, i::Compiler::CLEAR_EXCEPTION, &is_compiled);
}

}  // namespace nr
