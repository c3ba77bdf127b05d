#ifndef NR_V8_TURN_PLATFORM_H_
#define NR_V8_TURN_PLATFORM_H_

#include <memory>
#include <mutex>
#include <unordered_map>

#include "memory/pages.h"
#include "turn/task_queue.h"
#include "turn/workers.h"
#include "v8-platform.h"

namespace nr {

/** V8's platform, with pages, tasks and jobs attributed to isolates. */
class Platform final : public v8::Platform {
 public:
  explicit Platform(int worker_threads);

  /** Must be known before V8 initializes the isolate, which asks for its task runner then. */
  void add_isolate(v8::Isolate* isolate, std::shared_ptr<TaskQueue> tasks);
  void remove_isolate(v8::Isolate* isolate);

  Pages& pages() { return pages_; }
  Workers& workers() { return workers_; }

  v8::PageAllocator* GetPageAllocator() override { return &pages_; }
  v8::ThreadIsolatedAllocator* GetThreadIsolatedAllocator() override { return nullptr; }
  int NumberOfWorkerThreads() override { return workers_.count(); }
  std::shared_ptr<v8::TaskRunner> GetForegroundTaskRunner(v8::Isolate* isolate, v8::TaskPriority priority) override;
  double MonotonicallyIncreasingTime() override { return base_->MonotonicallyIncreasingTime(); }
  /** Date's clock. */
  double CurrentClockTimeMillis() override;
  v8::TracingController* GetTracingController() override { return base_->GetTracingController(); }

 private:
  std::unique_ptr<v8::JobHandle> CreateJobImpl(v8::TaskPriority priority, std::unique_ptr<v8::JobTask> task,
                                               const v8::SourceLocation& location) override;
  void PostTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task,
                                  const v8::SourceLocation& location) override;
  void PostDelayedTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task,
                                         double delay_in_seconds, const v8::SourceLocation& location) override;

  const std::unique_ptr<v8::Platform> base_;
  Pages pages_;
  Workers workers_;
  std::mutex mutex_;
  std::unordered_map<v8::Isolate*, std::shared_ptr<TaskQueue>> tasks_;
};

/** The process's platform, from nrv8_init on. */
Platform& platform();

}  // namespace nr

#endif  // NR_V8_TURN_PLATFORM_H_
