#ifndef NR_V8_OVERRIDE_TEMPORAL_H_
#define NR_V8_OVERRIDE_TEMPORAL_H_

namespace nr {

/** Once, after ICU has its data: V8 makes the table of time zones that all isolates share when the first of them asks
 * for a zone, at that one's expense, and an end in the middle of it would keep all others from it. */
void prepare_time_zones();

}  // namespace nr

#endif  // NR_V8_OVERRIDE_TEMPORAL_H_
