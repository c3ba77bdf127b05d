// Bakes the prelude into a V8 start-up snapshot: snapshot_creator PRELUDE.js OUTPUT. The prelude is a function body
// with one parameter, op; while it is baked it may only hand over its hooks.

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "libplatform/libplatform.h"
#include "override/compile_ahead.h"
#include "override/stacks.h"
#include "snapshot/prelude_text.h"
#include "v8.h"
#include "vendor/icu_data.h"

namespace {

constexpr uint32_t kHookCount = 15;
constexpr int32_t kSetHooks = 1;
constexpr int32_t kPlatformObjectKey = 80;
constexpr int32_t kLazyProperty = 83;
constexpr int32_t kHiddenTwin = 85;

v8::Global<v8::Array> hooks;
v8::Global<v8::Private> platform_object_key;
nr::PreludeText text;

void fail(v8::Isolate* isolate, const char* message) {
  isolate->ThrowException(v8::Exception::Error(v8::String::NewFromUtf8(isolate, message).ToLocalChecked()));
}

/** Stand in for those of the library, whose places they take among the external references. */
void function_to_string(const v8::FunctionCallbackInfo<v8::Value>& info) { fail(info.GetIsolate(), "not yet"); }

void lazy_property(v8::Local<v8::Name>, const v8::PropertyCallbackInfo<v8::Value>& info) {
  fail(info.GetIsolate(), "what is loaded lazily may not be used while the snapshot is made");
}

/** (object, name, enumerable) A property that has its value of hook `load` when it is first asked for. It may refer to
 * nothing of the context: V8 would put all of that into each isolate once more. */
void define_lazy_property(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Isolate* const isolate = info.GetIsolate();
  if (!info[1]->IsObject() || !info[2]->IsString()) return fail(isolate, "LazyProperty wants an object and a name");
  const v8::Local<v8::Object> object = info[1].As<v8::Object>();
  const v8::PropertyAttribute attributes = info[3]->IsTrue() ? v8::None : v8::DontEnum;
  if (object->SetLazyDataProperty(isolate->GetCurrentContext(), info[2].As<v8::Name>(), lazy_property, {}, attributes)
          .IsNothing()) {
    fail(isolate, "the lazy property could not be defined");
  }
}

/** What every isolate runs before its guest. */
bool compile_all(v8::Isolate* isolate, v8::Local<v8::Value> list) {
  if (!list->IsArray()) return false;
  const auto functions = list.As<v8::Array>();
  for (uint32_t index = 0; index < functions->Length(); index++) {
    v8::Local<v8::Value> function;
    if (!functions->Get(isolate->GetCurrentContext(), index).ToLocal(&function) || !function->IsFunction() ||
        !nr::compile_ahead(function.As<v8::Function>())) {
      return false;
    }
  }
  return true;
}

/** As those above, for nr::call_op. */
void call_op(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Isolate* const isolate = info.GetIsolate();
  const int32_t op = info[0]->IsInt32() ? info[0].As<v8::Int32>()->Value() : 0;
  if (op == kPlatformObjectKey) {
    const v8::Local<v8::Private> key = v8::Private::New(isolate);
    platform_object_key.Reset(isolate, key);
    // To the prelude it is a symbol, which no reflection of a guest shows.
    return info.GetReturnValue().Set(key.As<v8::Data>().As<v8::Value>());
  }
  if (op == kLazyProperty) return define_lazy_property(info);
  if (op == kHiddenTwin) {
    v8::Local<v8::Function> twin;
    if (!info[1]->IsFunction() || !nr::hidden_twin(info[1].As<v8::Function>()).ToLocal(&twin)) {
      return fail(isolate, "HiddenTwin wants a built-in function that is no constructor");
    }
    return info.GetReturnValue().Set(twin);
  }
  if (op != kSetHooks) {
    return fail(
        isolate,
        "only SetHooks, PlatformObjectKey, LazyProperty and HiddenTwin may be called while the snapshot is made");
  }
  if (!info[1]->IsArray() || info[1].As<v8::Array>()->Length() != kHookCount) {
    return fail(isolate, "SetHooks wants an array of as many functions as there are hooks");
  }
  if (!compile_all(isolate, info[2])) return fail(isolate, "SetHooks wants an array of functions that can be compiled");
  hooks.Reset(isolate, info[1].As<v8::Array>());
}

/** In the order of nr::kExternalReferences. */
const intptr_t kExternalReferences[] = {
    reinterpret_cast<intptr_t>(call_op),
    reinterpret_cast<intptr_t>(function_to_string),
    reinterpret_cast<intptr_t>(lazy_property),
    reinterpret_cast<intptr_t>(&text),
    0,
};

void print_exception(v8::Isolate* isolate, v8::Local<v8::Context> context, const v8::TryCatch& try_catch) {
  const v8::String::Utf8Value text(isolate, try_catch.Exception());
  const v8::Local<v8::Message> message = try_catch.Message();
  int line = 0;
  int column = 0;
  if (!message.IsEmpty()) {
    line = message->GetLineNumber(context).FromMaybe(0);
    column = message->GetStartColumn() + 1;
  }
  fprintf(stderr, "prelude.js:%d:%d: %s\n", line, column, *text == nullptr ? "exception" : *text);
  v8::Local<v8::Value> stack;
  if (try_catch.StackTrace(context).ToLocal(&stack) && stack->IsString()) {
    fprintf(stderr, "%s\n", *v8::String::Utf8Value(isolate, stack));
  }
}

bool run_prelude(v8::Isolate* isolate, v8::Local<v8::Context> context) {
  v8::TryCatch try_catch(isolate);
  const v8::Local<v8::String> source = v8::String::NewExternalOneByte(isolate, &text).ToLocalChecked();
  v8::ScriptOrigin origin(v8::String::NewFromUtf8Literal(isolate, "network-runtime:prelude"));
  v8::ScriptCompiler::Source compiler_source(source, origin);
  v8::Local<v8::String> parameters[] = {v8::String::NewFromUtf8Literal(isolate, "op")};
  v8::Local<v8::Function> prelude;
  v8::Local<v8::Function> op;
  v8::Local<v8::Value> result;
  if (v8::ScriptCompiler::CompileFunction(context, &compiler_source, 1, parameters).ToLocal(&prelude) &&
      v8::FunctionTemplate::New(isolate, call_op)->GetFunction(context).ToLocal(&op)) {
    v8::Local<v8::Value> arguments[] = {op};
    if (prelude->Call(context, v8::Undefined(isolate), 1, arguments).ToLocal(&result)) {
      isolate->PerformMicrotaskCheckpoint();
    }
  }
  if (!try_catch.HasCaught()) {
    // Not before: the author of a prelude that throws is to see where.
    if (nr::hide_from_stacks(prelude)) return true;
    std::fprintf(stderr, "the prelude would run slowly: V8 lacks the change platform-inlining\n");
    return false;
  }
  print_exception(isolate, context, try_catch);
  return false;
}

/** Puts the engine's Function.prototype.toString in the place of V8's, which becomes the context's data behind the key.
 */
bool replace_function_to_string(v8::SnapshotCreator& creator, v8::Local<v8::Context> context) {
  v8::Isolate* const isolate = creator.GetIsolate();
  const auto name = v8::String::NewFromUtf8Literal(isolate, "toString", v8::NewStringType::kInternalized);
  const auto holder = v8::Function::New(context, call_op).ToLocalChecked()->GetPrototype().As<v8::Object>();
  const auto make = v8::FunctionTemplate::New(isolate, function_to_string, {}, {}, 0, v8::ConstructorBehavior::kThrow);
  v8::Local<v8::Value> original;
  v8::Local<v8::Function> replacement;
  if (!holder->Get(context, name).ToLocal(&original) || !original->IsFunction() ||
      !make->GetFunction(context).ToLocal(&replacement)) {
    return false;
  }
  replacement->SetName(name);
  if (!holder->DefineOwnProperty(context, name, replacement, v8::DontEnum).FromMaybe(false)) return false;
  return creator.AddData(context, original.As<v8::Function>()) == kHookCount + 1;
}

/** Hooks become the context's first data and the key the next, where nrv8_isolate_new finds them. */
bool keep_hooks(v8::SnapshotCreator& creator, v8::Local<v8::Context> context) {
  if (hooks.IsEmpty() || platform_object_key.IsEmpty()) {
    fprintf(stderr, "the prelude did not call SetHooks and PlatformObjectKey\n");
    return false;
  }
  const v8::Local<v8::Array> array = hooks.Get(creator.GetIsolate());
  hooks.Reset();
  for (uint32_t i = 0; i < kHookCount; i++) {
    v8::Local<v8::Value> hook;
    if (!array->Get(context, i).ToLocal(&hook) || !hook->IsFunction()) {
      fprintf(stderr, "hook %u of the prelude is not a function\n", i);
      return false;
    }
    if (creator.AddData(context, hook.As<v8::Function>()) != i) return false;
  }
  const v8::Local<v8::Private> key = platform_object_key.Get(creator.GetIsolate());
  platform_object_key.Reset();
  return creator.AddData(context, key) == kHookCount;
}

bool fill(v8::SnapshotCreator& creator) {
  v8::Isolate* const isolate = creator.GetIsolate();
  isolate->SetMicrotasksPolicy(v8::MicrotasksPolicy::kExplicit);
  v8::HandleScope handles(isolate);
  const v8::Local<v8::Context> context = v8::Context::New(isolate);
  const v8::Context::Scope scope(context);
  creator.SetDefaultContext(context);
  return run_prelude(isolate, context) && keep_hooks(creator, context) && replace_function_to_string(creator, context);
}

bool read_file(const char* path, std::string* text) {
  std::ifstream file(path, std::ios::binary);
  text->assign(std::istreambuf_iterator<char>(file), {});
  return static_cast<bool>(file);
}

bool write_file(const char* path, const v8::StartupData& blob) {
  std::ofstream file(path, std::ios::binary);
  file.write(blob.data, blob.raw_size);
  file.close();
  return static_cast<bool>(file);
}

int create(const char* prelude_path, const char* output_path) {
  std::string prelude;
  if (!read_file(prelude_path, &prelude)) {
    fprintf(stderr, "cannot read %s\n", prelude_path);
    return 1;
  }
  text.set(prelude.data(), prelude.size());
  v8::Isolate::CreateParams params;
  params.external_references = kExternalReferences;
  const std::unique_ptr<v8::ArrayBuffer::Allocator> allocator(v8::ArrayBuffer::Allocator::NewDefaultAllocator());
  params.array_buffer_allocator = allocator.get();
  v8::StartupData blob;
  {
    v8::SnapshotCreator creator(params);
    const bool filled = fill(creator);
    // Compiled code is kept: an isolate's first calls need not compile the prelude again.
    blob = creator.CreateBlob(v8::SnapshotCreator::FunctionCodeHandling::kKeep);
    if (!filled) return 1;
  }
  const std::unique_ptr<const char[]> owner(blob.data);
  if (!blob.CanBeRehashed()) {
    fprintf(stderr, "the snapshot cannot be rehashed: all isolates would have the same string hashes\n");
    return 1;
  }
  if (!write_file(output_path, blob)) {
    fprintf(stderr, "cannot write %s\n", output_path);
    return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: snapshot_creator PRELUDE.js OUTPUT\n");
    return 2;
  }
  const std::unique_ptr<v8::Platform> platform = v8::platform::NewSingleThreadedDefaultPlatform();
  if (!nr::set_icu_data()) {
    fprintf(stderr, "ICU does not take its data\n");
    return 1;
  }
  // Its task would go to a worker thread, of which this platform has none.
  v8::V8::SetFlagsFromString("--memory-pool-timeout=0");
  v8::V8::InitializePlatform(platform.get());
  v8::V8::Initialize();
  const int status = create(argv[1], argv[2]);
  v8::V8::Dispose();
  v8::V8::DisposePlatform();
  return status;
}

/** Of Temporal's Rust, which is linked in and not called. */
extern "C" [[noreturn]] void nr_temporal_panic() { abort(); }
