// What V8 does not let its embedder say: that a script is the platform's own, as those are that V8's own tools are made
// of, and where an error that is made later comes from.

#include "override/stacks.h"

#include "src/api/api-inl.h"
#include "src/execution/messages.h"
#include "src/objects/call-site-info-inl.h"
#include "src/objects/js-objects-inl.h"
#include "src/objects/script-inl.h"

namespace nr {
namespace {

namespace i = v8::internal;

/** As captured, before it became text; null: it is text, or there is none. */
i::MaybeHandle<i::FixedArray> captured_stack(i::Isolate* isolate, i::DirectHandle<i::JSReceiver> object) {
  const i::Handle<i::Object> stack = i::ErrorUtils::GetErrorStackProperty(isolate, object).error_stack;
  if (!i::IsFixedArray(*stack)) return {};
  return i::Cast<i::FixedArray>(stack);
}

}  // namespace

bool hide_from_stacks(v8::Local<v8::Function> function) {
  i::Isolate* const isolate = i::Isolate::Current();
  const i::HandleScope scope(isolate);
  const auto js_function = i::Cast<i::JSFunction>(v8::Utils::OpenDirectHandle(*function));
  const i::Tagged<i::Script> script = i::Cast<i::Script>(js_function->shared()->script());
  script->set_type(i::Script::Type::kNative);
  script->set_name(i::ReadOnlyRoots(isolate).undefined_value());
  return js_function->shared()->GetInlineability(i::CodeKind::TURBOFAN_JS, isolate) !=
         i::SharedFunctionInfo::Inlineability::kIsNotUserCode;
}

v8::MaybeLocal<v8::Function> hidden_twin(v8::Local<v8::Function> function) {
  i::Isolate* const isolate = i::Isolate::Current();
  const auto original = i::Cast<i::JSReceiver>(v8::Utils::OpenDirectHandle(*function));
  if (!i::IsJSFunction(*original)) return {};
  const auto builtin = i::Cast<i::JSFunction>(original);
  const i::DirectHandle<i::SharedFunctionInfo> shared(builtin->shared(), isolate);
  if (!shared->HasBuiltinId() || builtin->has_prototype_slot()) return {};
  const i::DirectHandle<i::SharedFunctionInfo> twin = isolate->factory()->CloneSharedFunctionInfo(shared);
  // V8 shows built-in functions that have this mark. It takes the receiver as it is for its sake, too, as for strict
  // code.
  twin->set_native(false);
  twin->set_language_mode(i::LanguageMode::kStrict);
  const i::DirectHandle<i::Context> context(builtin->context(), isolate);
  const i::DirectHandle<i::Map> map(builtin->map(), isolate);
  return v8::Utils::ToLocal(
             i::Cast<i::JSReceiver>(i::Factory::JSFunctionBuilder{isolate, twin, context}.set_map(map).Build()))
      .As<v8::Function>();
}

bool innermost_frame(v8::Local<v8::Object> object, StackFrame* frame) {
  i::Isolate* const isolate = i::Isolate::Current();
  const auto receiver = i::Cast<i::JSReceiver>(v8::Utils::OpenDirectHandle(*object));
  const i::DirectHandle<i::FixedArray> calls = isolate->GetSimpleStackTrace(receiver);
  for (uint32_t index = 0; index < calls->ulength().value(); index++) {
    const i::DirectHandle<i::CallSiteInfo> call(i::Cast<i::CallSiteInfo>(calls->get(index)), isolate);
    const i::Handle<i::Object> name(call->GetScriptNameOrSourceURL(), isolate);
    if (!i::IsString(*name) || i::Cast<i::String>(*name)->length() == 0) continue;
    frame->line = i::CallSiteInfo::GetLineNumber(call);
    frame->column = i::CallSiteInfo::GetColumnNumber(call);
    frame->file = v8::Utils::ToLocal(i::Cast<i::String>(name));
    return true;
  }
  return false;
}

bool is_in_script(v8::Local<v8::Message> message) {
  const auto internal = i::Cast<i::JSMessageObject>(v8::Utils::OpenDirectHandle(*message));
  const i::Tagged<i::Script> script = internal->script();
  return script->type() == i::Script::Type::kNormal &&
         script->compilation_type() == i::Script::CompilationType::kHost && !script->has_eval_from_shared();
}

void lend_stack(v8::Local<v8::Object> object, v8::Local<v8::Object> lender) {
  i::Isolate* const isolate = i::Isolate::Current();
  const i::HandleScope scope(isolate);
  const auto receiver = i::Cast<i::JSReceiver>(v8::Utils::OpenDirectHandle(*object));
  i::Handle<i::FixedArray> own;
  i::Handle<i::FixedArray> lent;
  if (!captured_stack(isolate, receiver).ToHandle(&own)) return;
  if (own->ulength().value() != 0) return;
  if (!captured_stack(isolate, i::Cast<i::JSReceiver>(v8::Utils::OpenDirectHandle(*lender))).ToHandle(&lent)) return;
  // A private symbol's: it exists, so that nothing can throw.
  i::Object::SetProperty(isolate, receiver, isolate->factory()->error_stack_symbol(), lent, i::StoreOrigin::kMaybeKeyed,
                         v8::Just(i::ShouldThrow::kDontThrow))
      .Check();
}

}  // namespace nr
