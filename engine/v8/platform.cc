#include "platform.h"

#include <time.h>

#include "isolate.h"
#include "libplatform/libplatform.h"

namespace nr {
namespace {

uint64_t thread_cpu_ns() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

/** Charges what runs in its scope on a worker thread to an isolate. */
class BackgroundScope {
 public:
  explicit BackgroundScope(BackgroundWork& work)
      : work_(work), attribution_(work.budget), started_ns_(thread_cpu_ns()) {
    work_.running.fetch_add(1);
  }
  ~BackgroundScope() {
    work_.cpu_ns.fetch_add(thread_cpu_ns() - started_ns_, std::memory_order_relaxed);
    work_.running.fetch_sub(1);
  }
  // Asked only after `running` was raised, so that whoever abandons the work either stops this run or sees it.
  bool abandoned() const { return work_.abandoned.load(); }

 private:
  BackgroundWork& work_;
  AttributionScope attribution_;
  const uint64_t started_ns_;
};

class AttributedJob final : public v8::JobTask {
 public:
  AttributedJob(std::unique_ptr<v8::JobTask> task, std::shared_ptr<BackgroundWork> work)
      : task_(std::move(task)), work_(std::move(work)) {}

  void Run(v8::JobDelegate* delegate) override {
    BackgroundScope scope(*work_);
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
    BackgroundScope scope(*work_);
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
    : base_(v8::platform::NewDefaultPlatform(worker_threads, v8::platform::IdleTaskSupport::kDisabled,
                                             v8::platform::InProcessStackDumping::kDisabled)),
      pages_(base_->GetPageAllocator()) {}

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
  if (isolate != nullptr && isolate->clock_frozen) return isolate->turn_wall_ms;
  return base_->CurrentClockTimeMillis();
}

std::unique_ptr<v8::JobHandle> Platform::CreateJobImpl(v8::TaskPriority priority, std::unique_ptr<v8::JobTask> task,
                                                       const v8::SourceLocation& location) {
  const nrv8_isolate* const isolate = thread_state.isolate;
  if (isolate != nullptr) task = std::make_unique<AttributedJob>(std::move(task), isolate->background);
  return base_->CreateJob(priority, std::move(task), location);
}

void Platform::PostTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task,
                                          const v8::SourceLocation& location) {
  base_->PostTaskOnWorkerThread(priority, attribute(std::move(task)), location);
}

void Platform::PostDelayedTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task,
                                                 double delay_in_seconds, const v8::SourceLocation& location) {
  base_->PostDelayedTaskOnWorkerThread(priority, attribute(std::move(task)), delay_in_seconds, location);
}

}  // namespace nr
