#include "turn/host_clock.h"

#include <algorithm>

namespace nr {

bool HostClock::may_go_on() const {
  if (timer_ms_ < 0) return false;
  return timer_ms_ <= until_ms_ || (jumps_ && requests_.empty());
}

double HostClock::arm(double deadline_ms) {
  timer_ms_ = deadline_ms;
  return due();
}

double HostClock::allow(double until_ms) {
  until_ms_ = std::max(until_ms_, until_ms);
  return due();
}

void HostClock::go_on() {
  if (may_go_on()) now_ms_ = std::max(now_ms_, timer_ms_);
}

double HostClock::note_request(uint32_t id) {
  // Only a clock that goes on by itself has to know.
  if (jumps_) requests_.insert(id);
  return due();
}

double HostClock::note_settled(uint32_t id) {
  requests_.erase(id);
  return due();
}

}  // namespace nr
