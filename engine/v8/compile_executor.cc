// Overrides v8::internal::IsolateGroup::optimizing_compile_task_executor, which V8 calls once for each isolate, when it
// initializes it.

#include "compile_executor.h"

namespace v8::internal {

class OptimizingCompileTaskExecutor {
 public:
  OptimizingCompileTaskExecutor();
  /** Cancels its job, too. */
  ~OptimizingCompileTaskExecutor();
  void EnsureInitialized();

 private:
  // Room for V8's own members (0x90 bytes in 13.6), which nobody here touches.
  alignas(16) char members_[0x200];
};

class IsolateGroup {
 public:
  OptimizingCompileTaskExecutor* optimizing_compile_task_executor();
};

namespace {

thread_local OptimizingCompileTaskExecutor* latest = nullptr;

}  // namespace

OptimizingCompileTaskExecutor* IsolateGroup::optimizing_compile_task_executor() {
  latest = new OptimizingCompileTaskExecutor;
  latest->EnsureInitialized();
  return latest;
}

}  // namespace v8::internal

namespace nr {

using v8::internal::OptimizingCompileTaskExecutor;

CompileExecutor* CompileExecutor::take_latest() {
  OptimizingCompileTaskExecutor* const taken = v8::internal::latest;
  v8::internal::latest = nullptr;
  return reinterpret_cast<CompileExecutor*>(taken);
}

void CompileExecutor::dispose() { delete reinterpret_cast<OptimizingCompileTaskExecutor*>(this); }

}  // namespace nr
