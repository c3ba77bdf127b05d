#include "memory/mappings.h"

#include <algorithm>

#include "system/clock.h"
#include "system/memory.h"

namespace nr {
namespace {

/** A full process is not looked at more often. */
constexpr double kLookAgainMs = 100;

}  // namespace

Mappings::Mappings()
    : isolate_max_(static_cast<ptrdiff_t>(mappings_max() / 4 * 3)),
      guest_max_(static_cast<ptrdiff_t>(mappings_max() / 8 * 7)),
      look_at_(isolate_max_ / 4) {}

bool Mappings::has_room(ptrdiff_t max) {
  const std::lock_guard lock(mutex_);
  const double now = monotonic_ms();
  // An estimate that has grown too far since is no reason to refuse: only what was counted is.
  const bool is_due = estimate_.load() >= look_at_.load() && (!is_full_ || now - looked_at_ms_ >= kLookAgainMs);
  if (is_due) {
    looked_at_ms_ = now;
    const auto counted = static_cast<ptrdiff_t>(count_mappings());
    estimate_.store(counted);
    is_full_ = counted >= isolate_max_;
    // The host maps memory, too: it is counted again well before it could matter.
    look_at_.store(counted + std::max((isolate_max_ - counted) / 4, ptrdiff_t{64}));
  }
  return estimate_.load() < max;
}

}  // namespace nr
