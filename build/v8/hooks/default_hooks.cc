// V8's behaviour without an engine, for the programs that its build runs (mksnapshot).
#include <cstdlib>
#include <cstring>

#include "network_runtime_hooks.h"

namespace nr::hooks {

v8::internal::OptimizingCompileTaskExecutor* compile_executor(v8::internal::OptimizingCompileTaskExecutor* shared) {
  return shared;
}

void* allocate_zone(bool, size_t bytes) { return malloc(bytes); }
void print(FILE* out, const char* format, va_list arguments) { vfprintf(out, format, arguments); }
void give_up(const char*) {}
void give_up_for_memory(const char*) {}
BufferWanted::BufferWanted() : before_(false) {}
BufferWanted::~BufferWanted() = default;
bool BufferWanted::is_in_vain() const { return false; }

bool is_illegal_invocation(v8::internal::Isolate*, v8::internal::MessageTemplate,
                           const v8::internal::DirectHandle<v8::internal::Object>*, size_t) {
  return false;
}

void zero(void* memory, size_t bytes) { memset(memory, 0, bytes); }

WasmTypes::WasmTypes(const v8::internal::wasm::TypeCanonicalizer& table, size_t)
    : table_(table), budget_(nullptr), before_(0) {}
WasmTypes::~WasmTypes() = default;

void take_wasm_code_pointers(const void*, size_t) {}
void gave_back_wasm_code_pointers(const void*) {}

Shared::Shared() : budget_(nullptr) {}
Shared::~Shared() = default;

}  // namespace nr::hooks
