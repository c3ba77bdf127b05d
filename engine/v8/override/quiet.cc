// Overrides V8's printing: a guest's last garbage collections are no business of the host's stderr.

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#include "engine.h"

namespace v8::base {

class OS {
 public:
  static void Print(const char* format, ...);
  static void VPrint(const char* format, va_list arguments);
  static void FPrint(FILE* file, const char* format, ...);
  static void VFPrint(FILE* file, const char* format, va_list arguments);
  static void PrintError(const char* format, ...);
  static void VPrintError(const char* format, va_list arguments);
};

namespace {

bool traced() {
  static const bool traced = getenv("NR_TRACE") != nullptr;
  return traced;
}

}  // namespace

void OS::VFPrint(FILE* file, const char* format, va_list arguments) {
  // V8 also formats into files of its own making; only the standard ones are the host's.
  if ((file == stdout || file == stderr) && !traced()) return;
  vfprintf(file, format, arguments);
}

void OS::FPrint(FILE* file, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  VFPrint(file, format, arguments);
  va_end(arguments);
}

void OS::VPrint(const char* format, va_list arguments) { VFPrint(stdout, format, arguments); }

void OS::Print(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  VFPrint(stdout, format, arguments);
  va_end(arguments);
}

void OS::VPrintError(const char* format, va_list arguments) {
  // FatalNoSecurityImpact calls no handler of ours on its way to the end of the process: only this.
  nr::on_last_words(format);
  VFPrint(stderr, format, arguments);
}

void OS::PrintError(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  VFPrint(stderr, format, arguments);
  va_end(arguments);
}

}  // namespace v8::base
