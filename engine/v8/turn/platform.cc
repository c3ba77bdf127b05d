#include "turn/platform.h"

#include "isolate.h"
#include "libplatform/libplatform.h"

namespace nr {
namespace {

class AttributedJob final : public v8::JobTask {
 public:
  AttributedJob(std::unique_ptr<v8::JobTask> task, std::shared_ptr<BackgroundWork> work)
      : task_(std::move(task)), work_(std::move(work)) {}

  void Run(v8::JobDelegate* delegate) override {
    WorkScope scope(*work_);
    if (!scope.abandoned()) task_->Run(delegate);
  }

  size_t GetMaxConcurrency(size_t worker_count) const override {
    return work_->abandoned.load() ? 0 : task_->GetMaxConcurrency(worker_count);
  }

 private:
  const std::unique_ptr<v8::JobTask> task_;
  const std::shared_ptr<BackgroundWork> work_;
};

class AttributedTask final : public v8::Task {
 public:
  AttributedTask(std::unique_ptr<v8::Task> task, std::shared_ptr<BackgroundWork> work)
      : task_(std::move(task)), work_(std::move(work)) {}

  void Run() override {
    WorkScope scope(*work_);
    if (!scope.abandoned()) task_->Run();
  }

 private:
  const std::unique_ptr<v8::Task> task_;
  const std::shared_ptr<BackgroundWork> work_;
};

std::unique_ptr<v8::Task> attribute(std::unique_ptr<v8::Task> task) {
  const nrv8_isolate* const isolate = thread_state.isolate;
  if (isolate == nullptr) return task;
  return std::make_unique<AttributedTask>(std::move(task), isolate->background);
}

}  // namespace

Platform::Platform(int worker_threads)
    : base_(v8::platform::NewSingleThreadedDefaultPlatform(v8::platform::IdleTaskSupport::kDisabled,
                                                           v8::platform::InProcessStackDumping::kDisabled)),
      pages_(base_->GetPageAllocator()),
      workers_(worker_threads) {}

void Platform::add_isolate(v8::Isolate* isolate, std::shared_ptr<TaskQueue> tasks) {
  AttributionScope nobody(nullptr);
  std::lock_guard lock(mutex_);
  tasks_[isolate] = std::move(tasks);
}

void Platform::remove_isolate(v8::Isolate* isolate) {
  std::lock_guard lock(mutex_);
  tasks_.erase(isolate);
}

std::shared_ptr<v8::TaskRunner> Platform::GetForegroundTaskRunner(v8::Isolate* isolate, v8::TaskPriority) {
  {
    std::lock_guard lock(mutex_);
    const auto found = tasks_.find(isolate);
    if (found != tasks_.end()) return found->second;
  }
  // The primer's, and what V8 still posts to an isolate that is gone.
  static const auto& nowhere = *new std::shared_ptr<TaskQueue>([] {
    auto queue = std::make_shared<TaskQueue>(nullptr);
    queue->close();
    return queue;
  }());
  return nowhere;
}

double Platform::CurrentClockTimeMillis() {
  const nrv8_isolate* const isolate = thread_state.isolate;
  if (isolate != nullptr && isolate->stands_still()) return isolate->turn_wall_ms;
  return base_->CurrentClockTimeMillis();
}

std::unique_ptr<v8::JobHandle> Platform::CreateJobImpl(v8::TaskPriority priority, std::unique_ptr<v8::JobTask> task,
                                                       const v8::SourceLocation&) {
  const nrv8_isolate* const isolate = thread_state.isolate;
  if (isolate != nullptr) task = std::make_unique<AttributedJob>(std::move(task), isolate->background);
  // It comes back with its tasks to PostTaskOnWorkerThreadImpl.
  return v8::platform::NewDefaultJobHandle(this, priority, std::move(task), static_cast<size_t>(workers_.count()));
}

void Platform::PostTaskOnWorkerThreadImpl(v8::TaskPriority, std::unique_ptr<v8::Task> task, const v8::SourceLocation&) {
  workers_.post(attribute(std::move(task)), 0);
}

void Platform::PostDelayedTaskOnWorkerThreadImpl(v8::TaskPriority, std::unique_ptr<v8::Task> task,
                                                 double delay_in_seconds, const v8::SourceLocation&) {
  workers_.post(attribute(std::move(task)), delay_in_seconds);
}

}  // namespace nr
