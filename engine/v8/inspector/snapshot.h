#ifndef NR_V8_INSPECTOR_SNAPSHOT_H_
#define NR_V8_INSPECTOR_SNAPSHOT_H_

#include <cstdint>

#include "inspector/session.h"
#include "isolate.h"

namespace nr {

/** Sends the heap in pieces, as HeapProfiler.addHeapSnapshotChunk, and then the command's answer. V8's own command is a
 * task in a turn of the guest's, for which the guest would pay. May block. */
void take_snapshot(nrv8_isolate& host, Session& session, uint32_t command);

}  // namespace nr

#endif  // NR_V8_INSPECTOR_SNAPSHOT_H_
