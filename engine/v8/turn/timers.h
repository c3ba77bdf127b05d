#ifndef NR_V8_TURN_TIMERS_H_
#define NR_V8_TURN_TIMERS_H_

#include "isolate.h"

namespace nr {

/** The guest's earliest timer has this deadline, in milliseconds of its clock; negative: it has none. In a turn. */
void arm_timer(const nrv8_isolate& host, double deadline_ms);

/** Where the clock is the host's: timers run until then. In a turn. */
void advance_clock(const nrv8_isolate& host, double until_ms);

/** Where the clock is the host's: the guest waits for an answer, or no longer. */
void note_request(const nrv8_isolate& host, uint32_t id);
void note_settled(const nrv8_isolate& host, uint32_t id);

}  // namespace nr

#endif  // NR_V8_TURN_TIMERS_H_
