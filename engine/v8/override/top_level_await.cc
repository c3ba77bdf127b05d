// V8 has top-level await in modules, whose declarations are their own, and in the mode of DevTools' console, which its
// public interface does not offer.

#include "override/top_level_await.h"

#include "src/api/api-inl.h"
#include "src/codegen/compiler.h"
#include "src/codegen/script-details.h"
#include "src/interpreter/bytecode-array-iterator.h"
#include "src/objects/shared-function-info-inl.h"

namespace nr {
namespace {

namespace i = v8::internal;

/** Null: none, or V8 has thrown it away since. */
i::MaybeHandle<i::BytecodeArray> bytecode_of(v8::Local<v8::UnboundScript> script, i::Isolate* isolate) {
  const i::DirectHandle<i::SharedFunctionInfo> shared = v8::Utils::OpenDirectHandle(*script);
  if (!shared->HasBytecodeArray()) return {};
  return i::handle(shared->GetBytecodeArray(isolate), isolate);
}

}  // namespace

bool names_await(v8::Local<v8::UnboundScript> script) {
  i::Isolate* const isolate = i::Isolate::Current();
  const i::HandleScope scope(isolate);
  i::Handle<i::BytecodeArray> bytecode;
  if (!bytecode_of(script, isolate).ToHandle(&bytecode)) return false;
  const i::DisallowGarbageCollection no_gc;
  const i::Tagged<i::TrustedFixedArray> constants = bytecode->constant_pool();
  for (uint32_t index = 0; index < constants->length().value(); index++) {
    const i::Tagged<i::Object> constant = constants->get(index);
    if (i::IsString(constant) && i::Cast<i::String>(constant)->IsOneByteEqualTo(v8::base::CStrVector("await")))
      return true;
  }
  return false;
}

v8::MaybeLocal<v8::UnboundScript> compile_with_await(v8::Isolate* api_isolate, v8::Local<v8::String> text,
                                                     const ScriptName& name) {
  auto* const isolate = reinterpret_cast<i::Isolate*>(api_isolate);
  v8::EnterV8NoScriptScope<v8::InternalEscapableScope> api_scope{
      isolate, api_isolate->GetCurrentContext(), i::RuntimeCallCounterId::kAPI_ScriptCompiler_CompileUnbound};
  i::ScriptDetails details(v8::Utils::OpenHandle(*name.name));
  details.line_offset = name.line_offset;
  details.column_offset = name.column_offset;
  details.repl_mode = i::REPLMode::kYes;
  v8::ScriptCompiler::CompilationDetails unused;
  i::DirectHandle<i::SharedFunctionInfo> script;
  if (!i::Compiler::GetSharedFunctionInfoForScript(isolate, v8::Utils::OpenHandle(*text), details,
                                                   v8::ScriptCompiler::kNoCompileOptions,
                                                   v8::ScriptCompiler::kNoCacheNoReason, i::NOT_NATIVES_CODE, &unused)
           .ToHandle(&script)) {
    return {};
  }
  return api_scope.Escape(v8::ToApiHandle<v8::UnboundScript>(script));
}

bool awaits(v8::Local<v8::UnboundScript> script) {
  i::Isolate* const isolate = i::Isolate::Current();
  const i::HandleScope scope(isolate);
  i::Handle<i::BytecodeArray> bytecode;
  if (!bytecode_of(script, isolate).ToHandle(&bytecode)) return false;
  for (i::interpreter::BytecodeArrayIterator code(bytecode); !code.done(); code.Advance()) {
    if (code.current_bytecode() == i::interpreter::Bytecode::kSuspendGenerator) return true;
  }
  return false;
}

}  // namespace nr
