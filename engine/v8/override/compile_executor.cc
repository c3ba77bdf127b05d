// V8 asks once for each isolate, when it initializes it.

#include "override/compile_executor.h"

#include "network_runtime_hooks.h"
#include "src/compiler-dispatcher/optimizing-compile-dispatcher.h"

namespace nr {
namespace {

using v8::internal::OptimizingCompileTaskExecutor;

thread_local OptimizingCompileTaskExecutor* latest = nullptr;

}  // namespace

v8::internal::OptimizingCompileTaskExecutor* hooks::compile_executor(OptimizingCompileTaskExecutor*) {
  latest = new OptimizingCompileTaskExecutor;
  latest->EnsureStarted();
  return latest;
}

CompileExecutor* CompileExecutor::take_latest() {
  OptimizingCompileTaskExecutor* const taken = latest;
  latest = nullptr;
  return reinterpret_cast<CompileExecutor*>(taken);
}

void CompileExecutor::dispose() {
  auto* const executor = reinterpret_cast<OptimizingCompileTaskExecutor*>(this);
  executor->Stop();
  delete executor;
}

}  // namespace nr
