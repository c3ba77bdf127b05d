#ifndef NR_V8_ISOLATE_PRIMER_H_
#define NR_V8_ISOLATE_PRIMER_H_

namespace nr {

/**
 * Makes an isolate that lives as long as the process: it owns the read-only heap that all isolates share, so that none
 * of them pays for it or takes it along. On the way it does a little of everything that takes memory, on a budget of
 * its own: what of that is not charged would be without a limit in every isolate.
 *
 * @return null, or what does not pass through the engine's accounts
 */
const char* make_primer(bool makes_code);

}  // namespace nr

#endif  // NR_V8_ISOLATE_PRIMER_H_
