// Overrides v8::internal::IsolateGroup::optimizing_compile_task_executor, which V8 calls once for each isolate, when it
// initializes it.

#include "override/compile_executor.h"

#include "src/compiler-dispatcher/optimizing-compile-dispatcher.h"
#include "src/init/isolate-group.h"

namespace v8::internal {

namespace {

thread_local OptimizingCompileTaskExecutor* latest = nullptr;

}  // namespace

OptimizingCompileTaskExecutor* IsolateGroup::optimizing_compile_task_executor() {
  latest = new OptimizingCompileTaskExecutor;
  latest->EnsureStarted();
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

void CompileExecutor::dispose() {
  auto* const executor = reinterpret_cast<OptimizingCompileTaskExecutor*>(this);
  executor->Stop();
  delete executor;
}

}  // namespace nr
