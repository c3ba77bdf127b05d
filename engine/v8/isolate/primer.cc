#include "isolate/primer.h"

#include "engine.h"
#include "memory/budget.h"
#include "override/zones.h"
#include "snapshot/prelude_natives.h"
#include "system/malloc.h"
#include "turn/platform.h"

namespace nr {
namespace {

/** Compiles a function, a regular expression and, where there is WebAssembly, a module: () -> (). */
constexpr char kLittleOfEverything[] =
    "(() => { const text = 'b'; for (let i = 0; i < 4; i++) /[a-c]+$/.test(text + i + text);"
    "if (typeof WebAssembly === 'object') new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array("
    "[0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,4,1,2,0,11]))).exports.f(); return true; })()";

bool run(v8::Isolate* isolate) {
  const v8::Isolate::Scope entered(isolate);
  const v8::HandleScope handles(isolate);
  const v8::Local<v8::Context> context = v8::Context::New(isolate);
  const v8::Context::Scope scope(context);
  const v8::Local<v8::String> source = v8::String::NewFromUtf8Literal(isolate, kLittleOfEverything);
  v8::Local<v8::Script> script;
  v8::Local<v8::Value> result;
  return v8::Script::Compile(context, source).ToLocal(&script) && script->Run(context).ToLocal(&result) &&
         result->IsTrue();
}

}  // namespace

const char* make_primer(bool makes_code) {
  static v8::ArrayBuffer::Allocator* const allocator = v8::ArrayBuffer::Allocator::NewDefaultAllocator();
  v8::Isolate::CreateParams params;
  params.snapshot_blob = snapshot();
  params.external_references = kExternalReferences;
  params.array_buffer_allocator = allocator;
  params.constraints.ConfigureDefaultsFromHeapSize(0, size_t{32} << 20);

  Budget* const budget = Budget::create(nullptr, 0);
  const AttributionScope pays(budget);
  v8::Isolate* const isolate = v8::Isolate::New(params);
  if (isolate == nullptr || !run(isolate)) return "a script that ran";
  const Pages::Seen seen = platform().pages().seen(budget);
  if (!seen.heap) return "the heap";
  if (!seen.cpp_heap) return "the C++ heap";
  if (!seen.code && makes_code) return "code";
  if (!zones_are_seen()) return "the memory of the parser";
  if (malloc_is_counted() && budget->malloc_bytes() == 0) return "malloc";
  return nullptr;
}

}  // namespace nr
