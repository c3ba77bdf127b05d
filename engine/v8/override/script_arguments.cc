// V8 binds names only for functions and for eval, which have no completion value, or keep their declarations to
// themselves. A script's scope, though, is made before its text is read: here names are declared in it at that time,
// and the script is called with a context of that scope, which V8 would make, and list for all others to look through.
//
// What the script itself declares by let, const and class is for all others. It is in another context, which is listed,
// and the script finds it there by its name, as the scripts of DevTools' console do. In the script's own scope these
// variables keep their places, under names that nobody looks for.

#include "override/script_arguments.h"

#include <memory>
#include <string>

#include "src/api/api-inl.h"
#include "src/ast/ast-value-factory.h"
#include "src/ast/scopes.h"
#include "src/codegen/compilation-cache.h"
#include "src/codegen/compiler.h"
#include "src/codegen/script-details.h"
#include "src/execution/local-isolate-inl.h"
#include "src/execution/messages.h"
#include "src/execution/vm-state-inl.h"
#include "src/flags/flags.h"
#include "src/objects/contexts-inl.h"
#include "src/objects/hash-table-inl.h"
#include "src/objects/js-function-inl.h"
#include "src/objects/keys.h"
#include "src/objects/script-inl.h"
#include "src/objects/shared-function-info-inl.h"
#include "src/parsing/parse-info.h"
#include "src/parsing/parser.h"
#include "src/parsing/pending-compilation-error-handler.h"
#include "src/parsing/scanner-character-streams.h"

namespace nr {
namespace {

namespace i = v8::internal;

constexpr i::LanguageMode kSloppy = i::LanguageMode::kSloppy;

/** Before the name of a variable that is elsewhere: no script can write it. */
constexpr char kElsewhere = '*';

/** The exception of what does not parse. */
void report(i::Isolate* isolate, i::Handle<i::Script> script, i::ParseInfo& parsed) {
  if (isolate->has_exception()) return;
  i::PendingCompilationErrorHandler* const errors = parsed.pending_error_handler();
  if (!errors->has_pending_error()) {
    isolate->StackOverflow();
    return;
  }
  errors->PrepareErrors(isolate, parsed.ast_value_factory());
  errors->ReportErrors(isolate, script);
}

/** Before the text is read. */
void declare(i::ParseInfo& parsing, i::DirectHandle<i::FixedArray> names) {
  i::DeclarationScope* const scope = parsing.script_scope();
  for (uint32_t index = 0; index < names->ulength().value(); index++) {
    const auto name = i::Cast<i::String>(names->get(static_cast<int>(index)));
    bool added;
    i::Variable* const variable =
        scope->DeclareLocal(parsing.ast_value_factory()->GetString(name, i::SharedStringAccessGuardIfNeeded(name)),
                            i::VariableMode::kLet, i::NORMAL_VARIABLE, &added);
    // What is not seen to be used may be by a function that is read later, or by eval.
    variable->set_is_used();
    variable->SetMaybeAssigned();
  }
}

/** When it has been read: the script's own variables are found by their names, and their places are behind the others.
 */
void place_elsewhere(i::ParseInfo& parsed, uint32_t arguments) {
  i::DeclarationScope* const scope = parsed.script_scope();
  int place = scope->ContextHeaderLength() + static_cast<int>(arguments);
  uint32_t seen = 0;
  for (i::Variable* const variable : *scope->locals()) {
    if (!i::IsLexicalVariableMode(variable->mode()) || seen++ < arguments) continue;
    variable->set_is_used();
    variable->AllocateTo(i::VariableLocation::REPL_GLOBAL, place++);
  }
}

i::Handle<i::String> elsewhere(i::Isolate* isolate, i::Handle<i::String> name) {
  const i::Handle<i::String> mark = isolate->factory()->LookupSingleCharacterStringFromCode(kElsewhere);
  const i::Handle<i::String> marked = isolate->factory()->NewConsString(mark, name).ToHandleChecked();
  return isolate->factory()->InternalizeString(marked);
}

/** When it has been compiled: nobody finds those variables in the script's own scope. */
void hide(i::Isolate* isolate, i::DirectHandle<i::ScopeInfo> scope_info, int arguments) {
  const int count = scope_info->ContextLocalCount();
  if (scope_info->HasInlinedLocalNames()) {
    for (int index = arguments; index < count; index++) {
      const i::Handle<i::String> name(scope_info->ContextInlinedLocalName(index), isolate);
      const i::Handle<i::String> marked = elsewhere(isolate, name);
      scope_info->set_context_local_names(index, *marked);
    }
    return;
  }
  i::Handle<i::NameToIndexHashTable> names = i::NameToIndexHashTable::New(isolate, count);
  for (auto local : i::ScopeInfo::IterateLocalNames(scope_info)) {
    i::Handle<i::String> name(local->name(), isolate);
    const int index = local->index();
    if (index >= arguments) name = elsewhere(isolate, name);
    names = i::NameToIndexHashTable::Add(isolate, names, name, index);
  }
  scope_info->set_context_local_names_hashtable(*names);
}

i::MaybeHandle<i::SharedFunctionInfo> compile(i::Isolate* isolate, i::Handle<i::String> source,
                                              const i::ScriptDetails& details, i::Handle<i::FixedArray> names) {
  auto flags = i::UnoptimizedCompileFlags::ForToplevelCompile(isolate, true, kSloppy, details.repl_mode,
                                                              v8::ScriptType::kClassic, i::v8_flags.lazy);
  // Else V8 reads the text once more when an error asks for its place, as the script that it would be without
  // arguments, and takes the places of that one's code.
  flags.set_collect_source_positions(true);
  i::UnoptimizedCompileState state;
  i::ReusableUnoptimizedCompileState reusable(isolate);
  i::ParseInfo parsing(isolate, flags, &state, &reusable);
  const i::Handle<i::Script> script =
      parsing.CreateScript(isolate, source, {}, details.origin_options, i::NOT_NATIVES_CODE);
  script->set_name(*details.name_obj.ToHandleChecked());
  script->set_line_offset(details.line_offset);
  script->set_column_offset(details.column_offset);
  {
    const i::PostponeInterruptsScope postpone(isolate);
    const i::VMState<v8::PARSER> in_parser(isolate);
    parsing.set_character_stream(std::unique_ptr<i::Utf16CharacterStream>(i::ScannerStream::For(isolate, source)));
    i::Parser parser(isolate->main_thread_local_isolate(), &parsing);
    parser.InitializeEmptyScopeChain(&parsing);
    declare(parsing, names);
    parser.ParseOnBackground(isolate->main_thread_local_isolate(), &parsing, script, 0, 0,
                             i::kFunctionLiteralIdTopLevel);
  }
  if (parsing.literal() == nullptr) {
    report(isolate, script, parsing);
    return {};
  }
  place_elsewhere(parsing, names->ulength().value());
  i::IsCompiledScope is_compiled;
  i::Handle<i::SharedFunctionInfo> compiled;
  if (!i::Compiler::CompileToplevel(&parsing, script, isolate, &is_compiled).ToHandle(&compiled)) return {};
  hide(isolate, i::DirectHandle<i::ScopeInfo>(compiled->scope_info(), isolate),
       static_cast<int>(names->ulength().value()));
  // V8's cache tells scripts of the same text apart by the names that are bound in them. A copy: those may be a map's.
  const i::DirectHandle<i::FixedArray> copy = isolate->factory()->CopyFixedArray(names);
  script->set_wrapped_arguments(*copy);
  return compiled;
}

/** Whether a declaration clashes with another script's, or with a property that has to stay. */
bool clashes(i::Isolate* isolate, i::DirectHandle<i::NativeContext> native, i::Handle<i::String> name) {
  i::VariableLookupResult found;
  if (native->script_context_table()->Lookup(name, &found)) return true;
  const i::DirectHandle<i::JSGlobalObject> global(native->global_object(), isolate);
  // No interceptor: the guest's global object has none.
  if (i::JSGlobalObject::HasRestrictedGlobalProperty(isolate, global, name).FromMaybe(true)) return true;
  i::JSGlobalObject::InvalidatePropertyCell(global, name);
  return false;
}

/** What the script declares for all others, as a script that does only that. */
std::string declarations(i::DirectHandle<i::ScopeInfo> scope_info) {
  std::string variables;
  std::string constants;
  const i::DisallowGarbageCollection no_gc;
  for (auto local : i::ScopeInfo::IterateLocalNames(*scope_info, no_gc)) {
    const std::string name = local->name()->ToStdString();
    if (name[0] != kElsewhere) continue;
    if (scope_info->ContextLocalMode(local->index()) == i::VariableMode::kConst) {
      constants += "const " + name.substr(1) + "=0;";
    } else {
      // Others may assign it.
      variables += "let " + name.substr(1) + ";" + name.substr(1) + "=0;";
    }
  }
  return variables + constants;
}

/** Makes the context of what the script declares, and lists it. False: an exception is pending. */
bool declare_for_all(i::Isolate* isolate, i::DirectHandle<i::NativeContext> native,
                     i::DirectHandle<i::SharedFunctionInfo> shared) {
  const std::string text = declarations(i::DirectHandle<i::ScopeInfo>(shared->scope_info(), isolate));
  if (text.empty()) return true;
  const i::Handle<i::String> source = isolate->factory()->NewStringFromUtf8(v8::base::VectorOf(text)).ToHandleChecked();
  v8::ScriptCompiler::CompilationDetails unused;
  i::DirectHandle<i::SharedFunctionInfo> declaring;
  if (!i::Compiler::GetSharedFunctionInfoForScript(
           isolate, source, i::ScriptDetails(isolate->factory()->empty_string()), v8::ScriptCompiler::kNoCompileOptions,
           v8::ScriptCompiler::kNoCacheNoReason, i::NOT_NATIVES_CODE, &unused)
           .ToHandle(&declaring)) {
    return false;
  }
  const i::DirectHandle<i::ScopeInfo> scope_info(declaring->scope_info(), isolate);
  for (auto local : i::ScopeInfo::IterateLocalNames(scope_info)) {
    const i::Handle<i::String> name(local->name(), isolate);
    if (!clashes(isolate, native, name)) continue;
    i::MessageLocation location(i::handle(i::Cast<i::Script>(shared->script()), isolate), 0, 1);
    isolate->ThrowAt(isolate->factory()->NewSyntaxError(i::MessageTemplate::kVarRedeclaration, name), &location);
    return false;
  }
  const i::DirectHandle<i::Context> context = isolate->factory()->NewScriptContext(native, scope_info);
  context->Initialize(isolate);
  i::Handle<i::ScriptContextTable> table(native->script_context_table(), isolate);
  table = i::ScriptContextTable::Add(isolate, table, context, false);
  native->synchronized_set_script_context_table(*table);
  return true;
}

}  // namespace

v8::MaybeLocal<v8::PrimitiveArray> argument_names(v8::Local<v8::Context> context, v8::Local<v8::Object> arguments) {
  i::Isolate* const isolate = i::Isolate::Current();
  v8::EnterV8NoScriptScope<v8::InternalEscapableScope> api_scope{
      isolate, context, i::RuntimeCallCounterId::kAPI_ScriptCompiler_CompileUnbound};
  i::Handle<i::FixedArray> names;
  if (!i::KeyAccumulator::GetKeys(isolate, v8::Utils::OpenHandle(*arguments), i::KeyCollectionMode::kOwnOnly,
                                  i::ENUMERABLE_STRINGS, i::GetKeysConversion::kConvertToString)
           .ToHandle(&names)) {
    return {};
  }
  return api_scope.Escape(v8::Utils::PrimitiveArrayToLocal(names));
}

v8::MaybeLocal<v8::UnboundScript> compile_with_arguments(v8::Isolate* api_isolate, v8::Local<v8::String> text,
                                                         const ScriptName& name, v8::Local<v8::PrimitiveArray> names,
                                                         bool with_await) {
  auto* const isolate = reinterpret_cast<i::Isolate*>(api_isolate);
  v8::EnterV8NoScriptScope<v8::InternalEscapableScope> api_scope{
      isolate, api_isolate->GetCurrentContext(), i::RuntimeCallCounterId::kAPI_ScriptCompiler_CompileUnbound};
  const i::Handle<i::String> source = v8::Utils::OpenHandle(*text);
  const i::Handle<i::FixedArray> list = v8::Utils::OpenHandle(*names);
  i::ScriptDetails details(v8::Utils::OpenHandle(*name.name));
  details.line_offset = name.line_offset;
  details.column_offset = name.column_offset;
  details.repl_mode = with_await ? i::REPLMode::kYes : i::REPLMode::kNo;
  details.wrapped_arguments = list;
  i::CompilationCache* const cache = isolate->compilation_cache();
  i::Handle<i::SharedFunctionInfo> script;
  // Nor does V8 keep scripts that await.
  if (!with_await) {
    const auto known = cache->LookupScript(source, details, kSloppy);
    if (known.toplevel_sfi().ToHandle(&script) && known.is_compiled_scope().is_compiled())
      return api_scope.Escape(v8::ToApiHandle<v8::UnboundScript>(script));
  }
  if (!compile(isolate, source, details, list).ToHandle(&script)) return {};
  if (!with_await) cache->PutScript(source, kSloppy, script);
  return api_scope.Escape(v8::ToApiHandle<v8::UnboundScript>(script));
}

v8::MaybeLocal<v8::Function> bind_arguments(v8::Local<v8::Context> api_context, v8::Local<v8::UnboundScript> script,
                                            v8::Local<v8::PrimitiveArray> names, v8::Local<v8::Object> arguments) {
  i::Isolate* const isolate = i::Isolate::Current();
  v8::EnterV8NoScriptScope<v8::InternalEscapableScope> api_scope{
      isolate, api_context, i::RuntimeCallCounterId::kAPI_ScriptCompiler_CompileUnbound};
  const i::DirectHandle<i::NativeContext> native = isolate->native_context();
  const i::DirectHandle<i::SharedFunctionInfo> shared = v8::Utils::OpenDirectHandle(*script);
  const i::DirectHandle<i::ScopeInfo> scope_info(shared->scope_info(), isolate);
  const i::DirectHandle<i::FixedArray> list = v8::Utils::OpenDirectHandle(*names);
  const i::Handle<i::JSReceiver> given = v8::Utils::OpenHandle(*arguments);
  const auto count = static_cast<int>(list->ulength().value());
  if (scope_info->ContextLocalCount() > count && !declare_for_all(isolate, native, shared)) return {};
  const i::DirectHandle<i::Context> context = isolate->factory()->NewScriptContext(native, scope_info);
  for (int index = 0; index < count; index++) {
    const i::Handle<i::String> name(i::Cast<i::String>(list->get(index)), isolate);
    // An own data property.
    const i::DirectHandle<i::Object> value = i::JSReceiver::GetProperty(isolate, given, name).ToHandleChecked();
    context->SetNoCell(scope_info->ContextHeaderLength() + index, *value);
  }
  const i::DirectHandle<i::JSFunction> function = i::Factory::JSFunctionBuilder{isolate, shared, context}.Build();
  // V8 makes a context for each script that it is to call itself, but not for one that somebody else calls.
  i::DirectHandle<i::JSBoundFunction> bound;
  const i::DirectHandle<i::JSAny> receiver(native->global_proxy(), isolate);
  const i::DirectHandle<i::JSPrototype> prototype(i::Cast<i::JSPrototype>(function->map()->prototype()), isolate);
  if (!isolate->factory()->NewJSBoundFunction(function, receiver, {}, prototype).ToHandle(&bound)) return {};
  return api_scope.Escape(v8::Utils::ToLocal(i::Cast<i::JSReceiver>(bound)).As<v8::Function>());
}

}  // namespace nr
