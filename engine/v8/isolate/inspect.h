#ifndef NR_V8_ISOLATE_INSPECT_H_
#define NR_V8_ISOLATE_INSPECT_H_

#include "isolate.h"

namespace nr {

/** Makes the isolate's inspector, unless it has one. In a turn. */
void inspect(nrv8_isolate& host);

}  // namespace nr

#endif  // NR_V8_ISOLATE_INSPECT_H_
