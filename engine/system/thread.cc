#include "system/thread.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <bit>
#include <cstdio>
#include <cstring>

namespace nr {
namespace {

static_assert(sizeof(ThreadId) == sizeof(pthread_t));

pthread_t pthread_of(ThreadId thread) { return std::bit_cast<pthread_t>(thread); }

}  // namespace

bool start_thread(size_t stack_bytes, void* (*main)(void*), void* argument, ThreadId* id) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setstacksize(&attributes, stack_bytes);
  pthread_t thread;
  const bool started = pthread_create(&thread, &attributes, main, argument) == 0;
  pthread_attr_destroy(&attributes);
  if (started) *id = std::bit_cast<ThreadId>(thread);
  return started;
}

void join_thread(ThreadId thread) { pthread_join(pthread_of(thread), nullptr); }

void detach_thread(ThreadId thread) { pthread_detach(pthread_of(thread)); }

bool cpu_ns_of(ThreadId thread, uint64_t* ns) {
  clockid_t clock;
  timespec time;
  if (pthread_getcpuclockid(pthread_of(thread), &clock) != 0) return false;
  *ns = 0;
  if (clock_gettime(clock, &time) != 0) return true;
  *ns = static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
  return true;
}

int32_t current_task() { return gettid(); }

bool sleeps(int32_t task) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/task/%d/stat", task);
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

int claim_signal(void (*handler)(int)) {
  for (int signal = SIGRTMAX; signal > SIGRTMIN; signal--) {
    struct sigaction action;
    if (sigaction(signal, nullptr, &action) != 0 || action.sa_handler != SIG_DFL) continue;
    action = {};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
    return signal;
  }
  return 0;
}

void admit_signal(int signal) {
  sigset_t ours;
  sigemptyset(&ours);
  sigaddset(&ours, signal);
  pthread_sigmask(SIG_UNBLOCK, &ours, nullptr);
}

bool send_signal(ThreadId thread, int signal) { return pthread_kill(pthread_of(thread), signal) == 0; }

}  // namespace nr
