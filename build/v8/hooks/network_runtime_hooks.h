#ifndef NETWORK_RUNTIME_HOOKS_H_
#define NETWORK_RUNTIME_HOOKS_H_

// What V8 asks of the engine where it would decide by itself. The calls are put into V8's sources by ../changes. The engine
// defines them (engine/v8/override); V8's own build tools, which run no guest, get default_hooks.cc.

#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>

namespace v8::internal {
template <typename T>
class DirectHandle;
class Isolate;
class Object;
class OptimizingCompileTaskExecutor;
enum class MessageTemplate;
namespace wasm {
class TypeCanonicalizer;
}
}  // namespace v8::internal

namespace nr::hooks {

/** The queue for the optimizing compiles of the isolate that is being initialized on this thread. `shared` is V8's one for
 * all isolates. */
v8::internal::OptimizingCompileTaskExecutor* compile_executor(v8::internal::OptimizingCompileTaskExecutor* shared);

/** Memory for a zone, to be given back by free(); null if refused. `of_isolate`: the zone dies with its isolate. */
void* allocate_zone(bool of_isolate, size_t bytes);

/** In place of printf and its like. */
void print(FILE* out, const char* format, va_list arguments);

/** V8 gives up on paths that call none of its embedder's handlers; it ends the process if this returns. */
void give_up(const char* message);
void give_up_for_memory(const char* message);

/** While it lives, V8 collects garbage because a buffer was refused, not the heap. */
class BufferWanted {
 public:
  BufferWanted();
  ~BufferWanted();
  BufferWanted(const BufferWanted&) = delete;
  BufferWanted& operator=(const BufferWanted&) = delete;
  /** Nobody waits for the buffer any more: the code that wants it is to end. */
  bool is_in_vain() const;

 private:
  bool before_;
};

/** Whether an error says that an object lacks a private member, and the platform's code was what looked for it. */
bool is_illegal_invocation(v8::internal::Isolate* isolate, v8::internal::MessageTemplate message,
                           const v8::internal::DirectHandle<v8::internal::Object>* arguments, size_t count);

/** Makes memory zero, without touching the pages of it that nobody has written to. */
void zero(void* memory, size_t bytes);

/** Around an addition to the process's table of WebAssembly types, whose lock is taken after it and given back before. */
class WasmTypes {
 public:
  WasmTypes(const v8::internal::wasm::TypeCanonicalizer& table, size_t added);
  ~WasmTypes();
  WasmTypes(const WasmTypes&) = delete;
  WasmTypes& operator=(const WasmTypes&) = delete;

 private:
  const v8::internal::wasm::TypeCanonicalizer& table_;
  void* budget_;
  size_t before_;
};

/** A WebAssembly module asks for entries of the process's table of code pointers, and has given them back: on any thread. */
void take_wasm_code_pointers(const void* module, size_t count);
void gave_back_wasm_code_pointers(const void* module);

/** While it lives, memory is nobody's: what isolates share is neither refused half-way nor taken back from a dead one. */
class Shared {
 public:
  Shared();
  ~Shared();
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

 private:
  void* budget_;
};

}  // namespace nr::hooks

#endif  // NETWORK_RUNTIME_HOOKS_H_
