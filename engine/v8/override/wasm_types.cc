// Wraps the functions by which V8 adds to its table of canonical WebAssembly types. All isolates share that, nothing is
// ever taken out of it, it holds a million, and V8 gives up when it is full, with the table's lock held: then whoever
// compiles next would wait for ever. So the end of an isolate that adds too much comes before that lock is taken. What
// the table itself allocates is nobody's: it must neither be refused in the middle nor be taken back from a dead
// isolate.

#include <cstddef>
#include <cstdint>

#include "engine.h"
#include "memory/budget.h"
#include "src/wasm/canonical-types.h"

using v8::internal::Signature;
using v8::internal::wasm::CanonicalTypeIndex;
using v8::internal::wasm::TypeCanonicalizer;
using v8::internal::wasm::ValueType;
using v8::internal::wasm::WasmModule;

namespace nr {
namespace {

constexpr size_t kTypesMax = v8::internal::wasm::kMaxCanonicalTypes;
/** Of what is left an isolate may take this part, so that no number of them that is likely takes it all. */
constexpr size_t kShare = 128;
/** But at least this many. */
constexpr size_t kTypesMin = 100;

/** An addition by the isolate of this thread. */
class Addition {
 public:
  Addition(const TypeCanonicalizer& table, size_t size)
      : table_(table),
        budget_(thread_state.isolate == nullptr ? nullptr : thread_state.budget),
        before_(budget_ == nullptr ? 0 : table.GetCurrentNumberOfTypes()) {
    if (budget_ == nullptr) return;
    const size_t left = before_ < kTypesMax ? kTypesMax - before_ : 0;
    const size_t share = left / kShare > kTypesMin ? left / kShare : kTypesMin;
    if (size >= left || budget_->wasm_types() + size > share) end_for_memory();
    thread_state.budget = nullptr;
  }
  ~Addition() {
    if (budget_ == nullptr) return;
    thread_state.budget = budget_;
    // Others may add at the same time; a type too many is charged then, now and again.
    budget_->add_wasm_types(table_.GetCurrentNumberOfTypes() - before_);
  }
  Addition(const Addition&) = delete;
  Addition& operator=(const Addition&) = delete;

 private:
  const TypeCanonicalizer& table_;
  Budget* const budget_;
  const size_t before_;
};

}  // namespace
}  // namespace nr

namespace v8::internal::wasm {

CanonicalTypeIndex TypeCanonicalizer::AddRecursiveGroup(const Signature<ValueType>* signature) {
  const nr::Addition addition(*this, 1);
  return AddRecursiveGroupOriginal(signature);
}

void TypeCanonicalizer::AddRecursiveGroup(WasmModule* module, uint32_t size) {
  const nr::Addition addition(*this, size);
  AddRecursiveGroupOriginal(module, size);
}

void TypeCanonicalizer::AddRecursiveSingletonGroup(WasmModule* module) {
  const nr::Addition addition(*this, 1);
  AddRecursiveSingletonGroupOriginal(module);
}

}  // namespace v8::internal::wasm
