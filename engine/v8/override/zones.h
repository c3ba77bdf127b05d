#ifndef NR_V8_OVERRIDE_ZONES_H_
#define NR_V8_OVERRIDE_ZONES_H_

namespace nr {

/** Whether an isolate's zone has ever been charged: V8's memory for parsing and compiling passes through the accounts.
 */
bool zones_are_seen();

}  // namespace nr

#endif  // NR_V8_OVERRIDE_ZONES_H_
