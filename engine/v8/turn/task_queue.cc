#include "turn/task_queue.h"

#include "engine.h"
#include "memory/budget.h"
#include "system/clock.h"

namespace nr {

void TaskQueue::post(std::unique_ptr<v8::Task> task, double delay_in_seconds) {
  const double delay_ms = delay_in_seconds > 0 ? delay_in_seconds * 1000 : 0;
  AttributionScope nobody(nullptr);
  {
    std::lock_guard lock(mutex_);
    if (closed_) return;
    tasks_.emplace(monotonic_ms() + delay_ms, std::move(task));
    notifying_++;
  }
  // Outside of the lock: the engine takes locks of its own.
  callbacks().task_posted(owner_, delay_ms);
  std::lock_guard lock(mutex_);
  if (--notifying_ == 0 && closed_) quiet_.notify_all();
}

std::unique_ptr<v8::Task> TaskQueue::take_due(double* next_delay_ms) {
  std::lock_guard lock(mutex_);
  const double now = monotonic_ms();
  std::unique_ptr<v8::Task> task;
  if (!tasks_.empty() && tasks_.begin()->first <= now) {
    task = std::move(tasks_.begin()->second);
    tasks_.erase(tasks_.begin());
  }
  if (tasks_.empty()) {
    *next_delay_ms = -1;
  } else {
    const double delay = tasks_.begin()->first - now;
    *next_delay_ms = delay > 0 ? delay : 0;
  }
  return task;
}

void TaskQueue::close() {
  std::unique_lock lock(mutex_);
  closed_ = true;
  quiet_.wait(lock, [this] { return notifying_ == 0; });
}

void TaskQueue::clear() {
  Tasks dropped;
  std::lock_guard lock(mutex_);
  dropped.swap(tasks_);
}

void TaskQueue::leak() {
  std::lock_guard lock(mutex_);
  for (auto& task : tasks_) task.second.release();
  tasks_.clear();
}

}  // namespace nr
