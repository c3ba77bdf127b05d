#ifndef NR_V8_ISOLATE_FATAL_H_
#define NR_V8_ISOLATE_FATAL_H_

#include "v8.h"

namespace nr {

/** V8's callbacks for an isolate that cannot go on. */
void on_out_of_memory(const char* location, const v8::OOMDetails& details);
void on_fatal_error(const char* location, const char* message);

/** Installs the process-wide ones: V8's failed checks, and its traps. Once. */
void install_fatal_handlers();

}  // namespace nr

#endif  // NR_V8_ISOLATE_FATAL_H_
