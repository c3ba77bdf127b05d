#ifndef NR_V8_MEMORY_MAPPINGS_H_
#define NR_V8_MEMORY_MAPPINGS_H_

#include <atomic>
#include <cstddef>
#include <mutex>

namespace nr {

/**
 * How many mappings the process has, of which the system allows a number (vm.max_map_count): when they run out the host
 * gets no memory any more, and ends. So guests are refused some before. The system is asked seldom, as that takes
 * milliseconds; in between what the engine itself maps is added up.
 */
class Mappings {
 public:
  Mappings();

  /** Whether a guest may have one more. */
  bool admit() { return note(1) < look_at_.load(std::memory_order_relaxed) || has_room(guest_max_); }
  /** Whether another isolate may be made. */
  bool has_room_for_isolate() {
    return estimate_.load(std::memory_order_relaxed) < look_at_.load(std::memory_order_relaxed) ||
           has_room(isolate_max_);
  }
  /** It is made. */
  void note_isolate() { note(kOfIsolate); }
  void note_freed() { estimate_.fetch_sub(1, std::memory_order_relaxed); }

 private:
  /** What an isolate has that does not come through `admit`. */
  static constexpr ptrdiff_t kOfIsolate = 12;

  ptrdiff_t note(ptrdiff_t count) { return estimate_.fetch_add(count, std::memory_order_relaxed) + count; }
  bool has_room(ptrdiff_t max);

  const ptrdiff_t isolate_max_;
  const ptrdiff_t guest_max_;
  std::atomic<ptrdiff_t> estimate_{0};
  /** From this estimate on the system is asked. */
  std::atomic<ptrdiff_t> look_at_;
  std::mutex mutex_;
  double looked_at_ms_ = 0;
  /** Whether there was no room for an isolate then. */
  bool is_full_ = false;
};

}  // namespace nr

#endif  // NR_V8_MEMORY_MAPPINGS_H_
