#ifndef NR_V8_OVERRIDE_LOCALE_H_
#define NR_V8_OVERRIDE_LOCALE_H_

#include <string>

#include "v8.h"

namespace nr {

/** A time zone of ICU's. */
struct TimeZone;

/** Once, after ICU has its data: guests' time zone is UTC and their locale en-US, whatever the process's environment
 * says. */
void forget_environment();

/** The zone of a name ("Europe/Berlin"); null: ICU has none. */
TimeZone* make_time_zone(const std::string& name);
void free_time_zone(TimeZone* zone);

/** What is local time on this thread from now on; null: UTC. Kept by reference. */
void use_time_zone(const TimeZone* zone);

/** The default locale of an isolate's Intl, a canonical language tag that ICU has. */
void set_locale(v8::Isolate* isolate, const std::string& tag);
std::string locale_of(v8::Isolate* isolate);

}  // namespace nr

#endif  // NR_V8_OVERRIDE_LOCALE_H_
