#include "turn/workers.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "engine.h"
#include "system/clock.h"
#include "system/malloc.h"
#include "system/thread.h"

namespace nr {
namespace {

/** An idle worker gives back what malloc keeps for it, then sleeps. */
constexpr double kTrimMs = 500;
constexpr double kLongMs = 3'600'000;
constexpr size_t kStackBytes = size_t{4} << 20;
/** A worker that has slept this long in the work of an isolate that died waits for that. */
constexpr double kSleepMs = 1000;
/** How long a thread that sleeps may take to come by its signal. */
constexpr int kEndMs = 1000;

}  // namespace

struct Workers::Worker {
  Workers* pool;
  ThreadId thread;
  std::atomic<int32_t> task{0};
  /** What it is in the middle of. */
  std::atomic<BackgroundWork*> work{nullptr};
  /** Another has its place: it ends after what it does. Under the mutex. */
  bool replaced = false;
  /** Since when it has slept, and its CPU clock then. */
  double asleep_since_ms = 0;
  uint64_t asleep_cpu_ns = 0;
  std::atomic<bool> shall_end{false};
  std::atomic<bool> ended{false};
};

thread_local Workers::Worker* Workers::current = nullptr;

WorkScope::WorkScope(BackgroundWork& work)
    : work_(work),
      counts_(Workers::current != nullptr && Workers::current->work.load(std::memory_order_relaxed) == nullptr),
      attribution_(work.budget) {
  // An isolate's own thread takes part in its jobs while it waits for them: that time is its anyway.
  if (!counts_) return;
  started_ns_ = thread_cpu_ns();
  Workers::current->work.store(&work);
  work.running.fetch_add(1);
}

WorkScope::~WorkScope() {
  if (!counts_) return;
  work_.cpu_ns.fetch_add(thread_cpu_ns() - started_ns_, std::memory_order_relaxed);
  Workers::current->work.store(nullptr);
  work_.running.fetch_sub(1);
}

Workers::Workers(int count) : count_(count), signal_(claim_signal(on_signal)) {
  std::lock_guard lock(mutex_);
  for (int i = 0; i < count; i++) start();
}

bool Workers::start() {
  auto* const worker = new Worker{.pool = this, .thread = {}};
  const bool started = start_thread(kStackBytes, main, worker, &worker->thread);
  if (started) {
    workers_.push_back(worker);
  } else {
    delete worker;
  }
  return started;
}

void* Workers::main(void* argument) {
  auto* const worker = static_cast<Worker*>(argument);
  Workers& pool = *worker->pool;
  current = worker;
  worker->task.store(current_task());
  // All others are blocked, as on every thread of the engine.
  if (pool.signal_ != 0) admit_signal(pool.signal_);
  while (std::unique_ptr<v8::Task> task = pool.take(*worker)) {
    task->Run();
    task.reset();
  }
  std::lock_guard lock(pool.mutex_);
  detach_thread(worker->thread);
  pool.remove(*worker);
  return nullptr;
}

void Workers::post(std::unique_ptr<v8::Task> task, double delay_in_seconds) {
  AttributionScope nobody(nullptr);
  std::lock_guard lock(mutex_);
  if (delay_in_seconds > 0) {
    delayed_.emplace(monotonic_ms() + delay_in_seconds * 1000, std::move(task));
  } else {
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
  // The system may have refused threads before.
  if (workers_.empty()) start();
}

/** The next task; null: the worker is to end. */
std::unique_ptr<v8::Task> Workers::take(const Worker& worker) {
  std::unique_lock lock(mutex_);
  bool trimmed = false;
  for (;;) {
    if (worker.replaced) return nullptr;
    while (!delayed_.empty() && delayed_.begin()->first <= monotonic_ms()) {
      tasks_.push_back(std::move(delayed_.begin()->second));
      delayed_.erase(delayed_.begin());
    }
    if (!tasks_.empty()) {
      std::unique_ptr<v8::Task> task = std::move(tasks_.front());
      tasks_.pop_front();
      return task;
    }
    double wait_ms = trimmed ? kLongMs : kTrimMs;
    if (!delayed_.empty()) wait_ms = std::clamp(delayed_.begin()->first - monotonic_ms(), 0.0, wait_ms);
    const auto status = changed_.wait_for(lock, std::chrono::duration<double, std::milli>(wait_ms));
    if (status == std::cv_status::no_timeout || trimmed) continue;
    trimmed = true;
    lock.unlock();
    trim_arena();
    lock.lock();
  }
}

void Workers::replace(const BackgroundWork& work) {
  AttributionScope nobody(nullptr);
  std::lock_guard lock(mutex_);
  // Those that are started here have no work yet.
  for (size_t i = workers_.size(); i-- > 0;) {
    Worker& worker = *workers_[i];
    if (worker.replaced || worker.work.load() != &work) continue;
    worker.asleep_since_ms = monotonic_ms();
    worker.replaced = start();
  }
}

void Workers::end_stuck(BackgroundWork& work) {
  std::lock_guard lock(mutex_);
  for (size_t i = workers_.size(); i-- > 0;) {
    Worker& worker = *workers_[i];
    if (!worker.replaced || worker.work.load() != &work || !sleeps_for_long(worker) || !end(worker)) continue;
    join_thread(worker.thread);
    remove(worker);
    work.running.fetch_sub(1);
  }
}

bool Workers::sleeps_for_long(Worker& worker) {
  const int32_t task = worker.task.load();
  uint64_t cpu;
  if (task == 0 || !cpu_ns_of(worker.thread, &cpu)) return false;
  const double now = monotonic_ms();
  if (cpu == worker.asleep_cpu_ns && sleeps(task)) return now - worker.asleep_since_ms >= kSleepMs;
  worker.asleep_since_ms = now;
  worker.asleep_cpu_ns = cpu;
  return false;
}

bool Workers::end(Worker& worker) {
  if (worker.pool->signal_ == 0) return false;
  worker.shall_end.store(true);
  if (!send_signal(worker.thread, worker.pool->signal_)) return false;
  for (int i = 0; i < kEndMs && !worker.ended.load(); i++) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return worker.ended.load();
}

void Workers::on_signal(int) {
  Worker* const worker = current;
  // Somebody else's signal, or it woke up after all and has left the work.
  if (worker == nullptr || !worker->shall_end.load() || worker->work.load() == nullptr) return;
  worker->ended.store(true);
  callbacks().end_thread();
}

void Workers::remove(Worker& worker) {
  workers_.erase(std::find(workers_.begin(), workers_.end(), &worker));
  delete &worker;
}

}  // namespace nr
