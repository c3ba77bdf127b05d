#ifndef NR_V8_TURN_TASK_QUEUE_H_
#define NR_V8_TURN_TASK_QUEUE_H_

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>

#include "v8-platform.h"

namespace nr {

/** V8's foreground tasks of one isolate, by the time they are due. Posting makes the isolate runnable. */
class TaskQueue final : public v8::TaskRunner {
 public:
  explicit TaskQueue(void* owner) : owner_(owner) {}

  bool IdleTasksEnabled() override { return false; }
  bool NonNestableTasksEnabled() const override { return true; }
  bool NonNestableDelayedTasksEnabled() const override { return true; }

  /** The first task that is due, or null. *next_delay_ms: 0 if another is, negative if there is none. */
  std::unique_ptr<v8::Task> take_due(double* next_delay_ms);

  /** Waits for notifications under way; afterwards none comes and posted tasks are dropped. */
  void close();
  /** After close: drops the tasks, while the isolate still lives. */
  void clear();
  /** After close: keeps the tasks forever, because an isolate whose thread died may hold what destroying them locks. */
  void leak();

 private:
  void PostTaskImpl(std::unique_ptr<v8::Task> task, const v8::SourceLocation&) override { post(std::move(task), 0); }
  void PostNonNestableTaskImpl(std::unique_ptr<v8::Task> task, const v8::SourceLocation&) override {
    post(std::move(task), 0);
  }
  void PostDelayedTaskImpl(std::unique_ptr<v8::Task> task, double delay_in_seconds,
                           const v8::SourceLocation&) override {
    post(std::move(task), delay_in_seconds);
  }
  void PostNonNestableDelayedTaskImpl(std::unique_ptr<v8::Task> task, double delay_in_seconds,
                                      const v8::SourceLocation&) override {
    post(std::move(task), delay_in_seconds);
  }

  void post(std::unique_ptr<v8::Task> task, double delay_in_seconds);

  using Tasks = std::multimap<double, std::unique_ptr<v8::Task>>;

  void* const owner_;
  std::mutex mutex_;
  std::condition_variable quiet_;
  /** By due time; equal times keep the order of posting. */
  Tasks tasks_;
  int notifying_ = 0;
  bool closed_ = false;
};

}  // namespace nr

#endif  // NR_V8_TURN_TASK_QUEUE_H_
