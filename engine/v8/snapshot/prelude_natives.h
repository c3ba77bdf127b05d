#ifndef NR_V8_SNAPSHOT_PRELUDE_NATIVES_H_
#define NR_V8_SNAPSHOT_PRELUDE_NATIVES_H_

#include <cstdint>

#include "snapshot/prelude_text.h"

namespace nr {

/** What the snapshot refers to and does not contain, null-terminated. */
extern const intptr_t kExternalReferences[];

extern PreludeText prelude_text;

}  // namespace nr

#endif  // NR_V8_SNAPSHOT_PRELUDE_NATIVES_H_
