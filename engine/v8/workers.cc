#include "workers.h"

#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>

#include "engine.h"
#include "retention.h"

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

uint64_t cpu_ns(clockid_t clock) {
  timespec time;
  if (clock_gettime(clock, &time) != 0) return 0;
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

/** Whether a thread of this process waits for something, as the system sees it. */
bool sleeps(pid_t tid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/task/%d/stat", tid);
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char text[256];
  const ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  if (length <= 0) return false;
  text[length] = '\0';
  // The name before it, in brackets, may contain anything.
  const char* const name_end = strrchr(text, ')');
  return name_end != nullptr && strncmp(name_end, ") S", 3) == 0;
}

/** A signal that nobody else has. */
int free_signal() {
  for (int signal = SIGRTMAX; signal > SIGRTMIN; signal--) {
    struct sigaction action;
    if (sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_DFL) return signal;
  }
  return 0;
}

}  // namespace

struct Workers::Worker {
  Workers* pool;
  pthread_t thread;
  std::atomic<pid_t> tid{0};
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
  started_ns_ = cpu_ns(CLOCK_THREAD_CPUTIME_ID);
  Workers::current->work.store(&work);
  work.running.fetch_add(1);
}

WorkScope::~WorkScope() {
  if (!counts_) return;
  work_.cpu_ns.fetch_add(cpu_ns(CLOCK_THREAD_CPUTIME_ID) - started_ns_, std::memory_order_relaxed);
  Workers::current->work.store(nullptr);
  work_.running.fetch_sub(1);
}

Workers::Workers(int count) : count_(count), signal_(free_signal()) {
  if (signal_ != 0) {
    struct sigaction action = {};
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    sigaction(signal_, &action, nullptr);
  }
  std::lock_guard lock(mutex_);
  for (int i = 0; i < count; i++) start();
}

bool Workers::start() {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setstacksize(&attributes, kStackBytes);
  auto* const worker = new Worker{.pool = this, .thread = {}};
  const bool started = pthread_create(&worker->thread, &attributes, main, worker) == 0;
  pthread_attr_destroy(&attributes);
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
  worker->tid.store(gettid());
  // All others are blocked, as on every thread of the engine.
  sigset_t ours;
  sigemptyset(&ours);
  if (pool.signal_ != 0) sigaddset(&ours, pool.signal_);
  pthread_sigmask(SIG_UNBLOCK, &ours, nullptr);
  while (std::unique_ptr<v8::Task> task = pool.take(*worker)) {
    task->Run();
    task.reset();
  }
  std::lock_guard lock(pool.mutex_);
  pthread_detach(worker->thread);
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
    pthread_join(worker.thread, nullptr);
    remove(worker);
    work.running.fetch_sub(1);
  }
}

bool Workers::sleeps_for_long(Worker& worker) {
  const pid_t tid = worker.tid.load();
  clockid_t clock;
  if (tid == 0 || pthread_getcpuclockid(worker.thread, &clock) != 0) return false;
  const uint64_t cpu = cpu_ns(clock);
  const double now = monotonic_ms();
  if (cpu == worker.asleep_cpu_ns && sleeps(tid)) return now - worker.asleep_since_ms >= kSleepMs;
  worker.asleep_since_ms = now;
  worker.asleep_cpu_ns = cpu;
  return false;
}

bool Workers::end(Worker& worker) {
  if (worker.pool->signal_ == 0) return false;
  worker.shall_end.store(true);
  if (pthread_kill(worker.thread, worker.pool->signal_) != 0) return false;
  const timespec pause = {.tv_sec = 0, .tv_nsec = 1'000'000};
  for (int i = 0; i < kEndMs && !worker.ended.load(); i++) nanosleep(&pause, nullptr);
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
