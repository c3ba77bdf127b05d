// What V8's inspector takes for granted of its embedder: that it is there before any script, and that an isolate keeps
// to a thread. And a look at the stack that needs neither a signal nor a thread of V8's, as its own profiler does.

#include "override/debugging.h"

#include "src/api/api-inl.h"
#include "src/debug/debug-interface.h"
#include "src/debug/debug.h"
#include "src/execution/frames-inl.h"
#include "src/objects/script-inl.h"
#include "src/objects/shared-function-info-inl.h"

namespace nr {
namespace {

namespace i = v8::internal;

i::Debug* debug_of(v8::Isolate* isolate) { return reinterpret_cast<i::Isolate*>(isolate)->debug(); }

}  // namespace

void list_scripts_of(v8::Local<v8::Context> context) { v8::debug::SetContextId(context, kInspectedContext); }

bool breaks_on_call(v8::Isolate* isolate) { return debug_of(isolate)->break_on_next_function_call(); }

void break_on_call(v8::Isolate* isolate) { debug_of(isolate)->SetBreakOnNextFunctionCall(); }

void show_exceptions_of(v8::Isolate* isolate, int script_id) {
  const i::DisallowGarbageCollection no_gc;
  i::Script::Iterator scripts(reinterpret_cast<i::Isolate*>(isolate));
  for (i::Tagged<i::Script> script = scripts.Next(); !script.is_null(); script = scripts.Next()) {
    if (script->id() != script_id) continue;
    const v8::ScriptOriginOptions own = script->origin_options();
    script->set_origin_options(v8::ScriptOriginOptions(true, own.IsOpaque(), own.IsWasm(), own.IsModule()));
    return;
  }
}

std::vector<GuestCall> guest_calls(v8::Isolate* api_isolate, size_t count_max) {
  auto* const isolate = reinterpret_cast<i::Isolate*>(api_isolate);
  std::vector<GuestCall> calls;
  for (i::JavaScriptStackFrameIterator frames(isolate); !frames.done(); frames.Advance()) {
    const i::FrameSummaries summaries = frames.frame()->Summarize();
    for (size_t index = summaries.frames.size(); index-- > 0;) {
      const i::FrameSummary& summary = summaries.frames[index];
      if (!summary.IsJavaScript() || !summary.AsJavaScript().is_subject_to_debugging()) continue;
      if (calls.size() == count_max) return calls;
      const i::Handle<i::JSFunction> function = summary.AsJavaScript().function();
      int line = 0;
      if (summary.AreSourcePositionsAvailable() && i::IsScript(function->shared()->script())) {
        const i::DirectHandle<i::Script> script(i::Cast<i::Script>(function->shared()->script()), isolate);
        line = i::Script::GetLineNumber(script, summary.SourcePosition()) + 1;
      }
      calls.push_back({v8::Utils::ToLocal(function), line});
    }
  }
  return calls;
}

}  // namespace nr
