#ifndef NR_V8_TURN_HOST_CLOCK_H_
#define NR_V8_TURN_HOST_CLOCK_H_

#include <cstdint>
#include <unordered_set>

namespace nr {

/**
 * The clock of an isolate whose time the host gives: it stands still while code runs, and goes from timer to timer as
 * far as it may. What it gives back is when the engine is to run a timer: 0, at once, or negative, not until it is
 * told.
 */
class HostClock {
 public:
  /**
   * @param start_ms the wall clock's milliseconds at the isolate's start
   * @param jumps whether time goes on to the next timer by itself, when no request of the guest's waits for its host
   */
  HostClock(double start_ms, bool jumps) : start_ms_(start_ms), jumps_(jumps) {}

  double start_ms() const { return start_ms_; }
  /** Milliseconds since the start. */
  double now_ms() const { return now_ms_; }
  double wall_ms() const { return start_ms_ + now_ms_; }

  /** The guest's earliest timer has this deadline; negative: it has none. */
  double arm(double deadline_ms);
  /** Time may go on until then. */
  double allow(double until_ms);
  /** A timer's turn begins: time goes on to its deadline, if it may. */
  void go_on();

  /** The guest waits for an answer of the host's, or no longer. */
  double note_request(uint32_t id);
  double note_settled(uint32_t id);

 private:
  bool may_go_on() const;
  double due() const { return may_go_on() ? 0 : -1; }

  const double start_ms_;
  const bool jumps_;
  double now_ms_ = 0;
  double until_ms_ = 0;
  double timer_ms_ = -1;
  std::unordered_set<uint32_t> requests_;
};

}  // namespace nr

#endif  // NR_V8_TURN_HOST_CLOCK_H_
