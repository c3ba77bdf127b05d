#ifndef NR_V8_ENGINE_H_
#define NR_V8_ENGINE_H_

#include "shim.h"
#include "v8.h"

namespace nr {

/** What Zig gave to nrv8_init. */
const nrv8_callbacks& callbacks();

/** The start-up snapshot, kept by reference for the life of the process. */
const v8::StartupData* snapshot();

/** Milliseconds of CLOCK_MONOTONIC and of the wall clock. */
double monotonic_ms();
double wall_ms();

}  // namespace nr

#endif  // NR_V8_ENGINE_H_
