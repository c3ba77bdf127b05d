// For bench/ only: what V8 itself takes for an isolate and a context, the yardstick of ours.

#include <memory>

#include "system/clock.h"
#include "v8.h"

extern "C" double nrv8_bare_isolate_ms(void) {
  const double start = nr::monotonic_ms();
  const std::unique_ptr<v8::ArrayBuffer::Allocator> allocator(v8::ArrayBuffer::Allocator::NewDefaultAllocator());
  v8::Isolate::CreateParams params;
  params.array_buffer_allocator = allocator.get();
  params.constraints.ConfigureDefaultsFromHeapSize(0, size_t{32} << 20);
  v8::Isolate* const isolate = v8::Isolate::New(params);
  {
    const v8::Locker locker(isolate);
    const v8::Isolate::Scope isolate_scope(isolate);
    const v8::HandleScope handles(isolate);
    const v8::Local<v8::Context> context = v8::Context::New(isolate);
    const v8::Context::Scope scope(context);
    v8::Local<v8::Script> script;
    v8::Local<v8::Value> value;
    if (v8::Script::Compile(context, v8::String::NewFromUtf8Literal(isolate, "1+1")).ToLocal(&script)) {
      if (!script->Run(context).ToLocal(&value)) return -1;
    }
  }
  const double taken = nr::monotonic_ms() - start;
  isolate->Dispose();
  return taken;
}
