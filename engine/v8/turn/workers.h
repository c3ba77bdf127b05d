#ifndef NR_V8_TURN_WORKERS_H_
#define NR_V8_TURN_WORKERS_H_

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "memory/budget.h"
#include "v8-platform.h"

namespace nr {

/** The work of one isolate on V8's worker threads. Shared with jobs, which may outlive the isolate. */
struct BackgroundWork {
  explicit BackgroundWork(Budget* budget) : budget(budget) { budget->add_reference(); }
  ~BackgroundWork() { budget->remove_reference(); }

  Budget* const budget;
  /** Workers that are in the middle of it. */
  std::atomic<int> running{0};
  /** The isolate was forsaken: no more of its jobs may start. */
  std::atomic<bool> abandoned{false};
  std::atomic<uint64_t> cpu_ns{0};
};

/** Marks what runs in its scope as an isolate's work and charges it to the isolate, if this is a worker thread. */
class WorkScope {
 public:
  explicit WorkScope(BackgroundWork& work);
  ~WorkScope();
  WorkScope(const WorkScope&) = delete;
  WorkScope& operator=(const WorkScope&) = delete;
  /** Asked only after the work counts as running, so that whoever abandons it either stops this run or sees it. */
  bool abandoned() const { return work_.abandoned.load(); }

 private:
  BackgroundWork& work_;
  const bool counts_;
  AttributionScope attribution_;
  uint64_t started_ns_ = 0;
};

/**
 * The threads for V8's background work. One whose work waits for an isolate that died would wait for ever, and keep
 * every other isolate from being optimized: it is replaced at once, and ended when it is sure that it only sleeps.
 */
class Workers {
 public:
  explicit Workers(int count);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  int count() const { return count_; }
  void post(std::unique_ptr<v8::Task> task, double delay_in_seconds);

  /** The isolate of this work will never run again: others take the place of the workers that are in the middle. */
  void replace(const BackgroundWork& work);
  /** Ends those of them that have slept for long. Called again and again while the work counts as running. */
  void end_stuck(BackgroundWork& work);

 private:
  friend class WorkScope;
  struct Worker;

  static void* main(void* worker);
  static void on_signal(int signal);
  static thread_local Worker* current;

  bool start();
  std::unique_ptr<v8::Task> take(const Worker& worker);
  static bool sleeps_for_long(Worker& worker);
  static bool end(Worker& worker);
  void remove(Worker& worker);

  const int count_;
  const int signal_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Worker*> workers_;
  std::deque<std::unique_ptr<v8::Task>> tasks_;
  /** By the time they are due, in milliseconds. */
  std::multimap<double, std::unique_ptr<v8::Task>> delayed_;
};

}  // namespace nr

#endif  // NR_V8_TURN_WORKERS_H_
