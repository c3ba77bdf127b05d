// Two tables of V8's WebAssembly are one for the process, and V8 gives up when one is full, with its lock held: whoever
// needs it next would wait for ever. So the end of an isolate that takes too much comes before that lock is taken. What
// a table itself allocates is nobody's: it must neither be refused in the middle nor be taken back from a dead isolate.

#include <cstddef>
#include <mutex>
#include <unordered_map>

#include "engine.h"
#include "memory/budget.h"
#include "network_runtime_hooks.h"
#include "src/common/globals.h"
#include "src/wasm/canonical-types.h"

namespace nr {
namespace {

constexpr size_t kTypesMax = v8::internal::wasm::kMaxCanonicalTypes;
/** Of the types that are left an isolate may take this part, so that no number of them that is likely takes them all:
 * nothing is ever taken out of that table. */
constexpr size_t kTypesShare = 128;
/** But at least this many. */
constexpr size_t kTypesMin = 100;

constexpr size_t kCodePointersMax = v8::internal::WasmCodePointer::kIndexSpaceSize;
/** Code pointers are given back with their module. */
constexpr size_t kCodePointersShare = 16;
constexpr size_t kCodePointersMin = 1000;

Budget* payer() { return thread_state.isolate == nullptr ? nullptr : thread_state.budget; }

/** What one isolate may have of what is left. */
size_t share_of(size_t max, size_t used, size_t part, size_t min) {
  const size_t left = used < max ? max - used : 0;
  return left / part > min ? left / part : min;
}

/** Who has how many code pointers. A module may outlive its isolate, and is freed on any thread. */
class CodePointers {
 public:
  /** False: it would be more than the payer's share, and is not taken. */
  bool take(const void* module, size_t count, Budget* budget) {
    const AttributionScope nobody(nullptr);
    const std::lock_guard lock(mutex_);
    if (budget != nullptr) {
      const size_t share = share_of(kCodePointersMax, used_, kCodePointersShare, kCodePointersMin);
      if (used_ + count >= kCodePointersMax || budget->wasm_code_pointers() + count > share) return false;
      budget->add_reference();
      budget->add_wasm_code_pointers(count);
    }
    used_ += count;
    taken_.insert_or_assign(module, Taken{budget, count});
    return true;
  }

  void give_back(const void* module) {
    const AttributionScope nobody(nullptr);
    const std::lock_guard lock(mutex_);
    const auto found = taken_.find(module);
    if (found == taken_.end()) return;
    const auto [budget, count] = found->second;
    taken_.erase(found);
    used_ -= count;
    if (budget == nullptr) return;
    budget->remove_wasm_code_pointers(count);
    budget->remove_reference();
  }

 private:
  struct Taken {
    Budget* budget;
    size_t count;
  };

  std::mutex mutex_;
  size_t used_ = 0;
  std::unordered_map<const void*, Taken> taken_;
};

CodePointers& code_pointers() {
  // Never destroyed: engine threads may outlive static destruction.
  static auto& instance = *new CodePointers;
  return instance;
}

}  // namespace

hooks::WasmTypes::WasmTypes(const v8::internal::wasm::TypeCanonicalizer& table, size_t added)
    : table_(table), budget_(payer()), before_(budget_ == nullptr ? 0 : table.GetCurrentNumberOfTypes()) {
  if (budget_ == nullptr) return;
  const size_t taken = static_cast<Budget*>(budget_)->wasm_types() + added;
  if (before_ + added >= kTypesMax || taken > share_of(kTypesMax, before_, kTypesShare, kTypesMin)) end_for_memory();
  thread_state.budget = nullptr;
}

hooks::WasmTypes::~WasmTypes() {
  if (budget_ == nullptr) return;
  auto* const budget = static_cast<Budget*>(budget_);
  thread_state.budget = budget;
  // Others may add at the same time; a type too many is charged then, now and again.
  budget->add_wasm_types(table_.GetCurrentNumberOfTypes() - before_);
}

void hooks::take_wasm_code_pointers(const void* module, size_t count) {
  Budget* const budget = payer();
  if (code_pointers().take(module, count, budget)) return;
  // The guest may have dropped modules that V8 has not collected yet. V8 collects in this place itself, for code space.
  v8::Isolate::GetCurrent()->LowMemoryNotification();
  if (code_pointers().take(module, count, budget)) return;
  budget->note_exceeded();
  end_for_memory();
}

void hooks::gave_back_wasm_code_pointers(const void* module) { code_pointers().give_back(module); }

}  // namespace nr
