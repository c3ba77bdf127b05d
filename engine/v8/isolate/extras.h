#ifndef NR_V8_ISOLATE_EXTRAS_H_
#define NR_V8_ISOLATE_EXTRAS_H_

#include "v8.h"

namespace nr {

/** What a build has besides on every guest's global object: nothing, but for tests of what a guest could do with more.
 * @return false: V8 refused */
bool add_extras(v8::Local<v8::Context> context);

}  // namespace nr

#endif  // NR_V8_ISOLATE_EXTRAS_H_
