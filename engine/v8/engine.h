#ifndef NR_V8_ENGINE_H_
#define NR_V8_ENGINE_H_

#include "shim.h"
#include "v8.h"

namespace nr {

/** What Zig gave to nrv8_init. */
const nrv8_callbacks& callbacks();

/** The start-up snapshot, kept by reference for the life of the process. */
const v8::StartupData* snapshot();

/** Ends the isolate on this thread, whose memory is used up, without returning to V8. Returns if the engine cannot. */
void end_for_memory();

}  // namespace nr

#endif  // NR_V8_ENGINE_H_
