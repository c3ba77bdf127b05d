#include "isolate/fatal.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "isolate.h"
#include "network_runtime_hooks.h"
#include "system/trap.h"

namespace nr {
namespace {

/** Tells the engine whose thread this is. Returns if it is nobody's, or if the engine wants the process to abort. */
void give_up(uint32_t kind, const char* where) {
  ThreadState& thread = thread_state;
  nrv8_isolate* const isolate = thread.isolate;
  if (isolate == nullptr) return;
  Budget* const budget = thread.budget;
  thread.budget = nullptr;
  isolate->dead_signal_stack = thread.signal_stack;
  callbacks().fatal(isolate->owner, isolate, kind, where == nullptr ? "unknown" : where);
  thread.budget = budget;
}

[[noreturn]] void die(const char* what, const char* where) {
  char text[512];
  const int length =
      snprintf(text, sizeof text, "network-runtime: V8 %s: %s\n", what, where == nullptr ? "unknown" : where);
  if (length > 0) write_to_stderr(text, strnlen(text, sizeof text));
  abort();
}

/** What V8 says when a guest wants an array that no memory could hold. */
bool is_about_size(const char* message) {
  for (const char* const start : {"Fatal JavaScript invalid ", "Invalid FixedArray size "}) {
    if (strncmp(message, start, strlen(start)) == 0) return true;
  }
  return false;
}

void on_failed_check(const char* file, int line, const char* message) {
  char where[256];
  snprintf(where, sizeof where, "%s:%d: %s", file == nullptr ? "" : file, line, message == nullptr ? "" : message);
  give_up(message != nullptr && is_about_size(message) ? NRV8_FATAL_SIZE : NRV8_FATAL_OTHER, where);
  die("check failed", where);
}

void on_trap() { give_up(NRV8_FATAL_OTHER, "trap"); }

}  // namespace

void on_out_of_memory(const char* location, const v8::OOMDetails&) {
  const ThreadState& thread = thread_state;
  const bool is_systems = thread.isolate != nullptr && thread.isolate->budget->refused_by_system();
  give_up(is_systems ? NRV8_FATAL_SYSTEM : NRV8_FATAL_OOM, location);
  die("out of memory", location);
}

void on_fatal_error(const char* location, const char* message) {
  give_up(NRV8_FATAL_OTHER, message != nullptr ? message : location);
  die("fatal error", message != nullptr ? message : location);
}

void hooks::give_up(const char* message) { on_failed_check("", 0, message); }

void hooks::give_up_for_memory(const char* message) { on_out_of_memory(message, {}); }

void end_for_memory() { give_up(NRV8_FATAL_OOM, "malloc"); }

void install_fatal_handlers() {
  v8::V8::SetFatalErrorHandler(on_failed_check);
  install_trap_handler(on_trap);
}

}  // namespace nr

/** Temporal's Rust gives up: a bug of it, or no memory. */
extern "C" [[noreturn]] void nr_temporal_panic() {
  nr::on_failed_check("", 0, "Temporal");
  abort();
}
