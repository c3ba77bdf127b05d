#ifndef NR_V8_OVERRIDE_COMPILE_AHEAD_H_
#define NR_V8_OVERRIDE_COMPILE_AHEAD_H_

#include "v8.h"

namespace nr {

/** Compiles a function that V8 has only looked through yet. A snapshot that keeps code has it then. */
[[nodiscard]] bool compile_ahead(v8::Local<v8::Function> function);

}  // namespace nr

#endif  // NR_V8_OVERRIDE_COMPILE_AHEAD_H_
