// A guest's last garbage collections are no business of the host's output. NR_TRACE shows them.

#include <cstdio>
#include <cstdlib>

#include "network_runtime_hooks.h"

namespace nr::hooks {

void print(FILE* out, const char* format, va_list arguments) {
  static const bool traced = getenv("NR_TRACE") != nullptr;
  // V8 also formats into files of its own making; only the standard ones are the host's.
  if ((out == stdout || out == stderr) && !traced) return;
  vfprintf(out, format, arguments);
}

}  // namespace nr::hooks
