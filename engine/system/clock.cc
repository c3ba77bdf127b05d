#include "system/clock.h"

#include <time.h>

namespace nr {
namespace {

double clock_ms(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

}  // namespace

double monotonic_ms() { return clock_ms(CLOCK_MONOTONIC); }

double wall_ms() { return clock_ms(CLOCK_REALTIME); }

uint64_t thread_cpu_ns() {
  timespec time;
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0) return 0;
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

}  // namespace nr
