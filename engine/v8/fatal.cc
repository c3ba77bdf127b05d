#include "fatal.h"

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "isolate.h"

namespace nr {
namespace {

struct sigaction previous_trap;
struct sigaction previous_illegal;

/** Tells the engine whose thread this is. Returns if it is nobody's, or if the engine wants the process to abort. */
void give_up(uint32_t kind, const char* where) {
  ThreadState& thread = thread_state;
  nrv8_isolate* const isolate = thread.isolate;
  if (isolate == nullptr) return;
  Budget* const budget = thread.budget;
  thread.budget = nullptr;
  isolate->dead_signal_stack = thread.signal_stack;
  callbacks().fatal(isolate->owner, kind, where == nullptr ? "unknown" : where);
  thread.budget = budget;
}

[[noreturn]] void die(const char* what, const char* where) {
  char text[512];
  const int length =
      snprintf(text, sizeof text, "network-runtime: V8 %s: %s\n", what, where == nullptr ? "unknown" : where);
  if (length > 0) (void)!write(STDERR_FILENO, text, strnlen(text, sizeof text));
  abort();
}

void on_failed_check(const char* file, int line, const char* message) {
  char where[256];
  snprintf(where, sizeof where, "%s:%d: %s", file == nullptr ? "" : file, line, message == nullptr ? "" : message);
  // What V8 says when a guest wants an array that no memory could hold.
  constexpr char kInvalidSize[] = "Fatal JavaScript invalid ";
  const bool size = message != nullptr && strncmp(message, kInvalidSize, sizeof kInvalidSize - 1) == 0;
  give_up(size ? NRV8_FATAL_SIZE : NRV8_FATAL_OTHER, where);
  die("check failed", where);
}

/** Hands a signal that is not ours to whoever had it before. */
void chain(int signal, siginfo_t* info, void* context, const struct sigaction& previous) {
  if ((previous.sa_flags & SA_SIGINFO) != 0) {
    previous.sa_sigaction(signal, info, context);
  } else if (previous.sa_handler == SIG_DFL || previous.sa_handler == SIG_IGN) {
    // Back to the default: the trapping instruction runs again when we return.
    sigaction(signal, &previous, nullptr);
    if (info->si_code <= 0) raise(signal);
  } else {
    previous.sa_handler(signal);
  }
}

void on_trap(int signal, siginfo_t* info, void* context) {
  // Only a trap instruction of the thread itself; a signal sent by somebody (si_code <= 0) is none.
  if (thread_state.isolate != nullptr && info->si_code > 0) give_up(NRV8_FATAL_OTHER, "trap");
  chain(signal, info, context, signal == SIGTRAP ? previous_trap : previous_illegal);
}

}  // namespace

void on_out_of_memory(const char* location, const v8::OOMDetails&) {
  give_up(NRV8_FATAL_OOM, location);
  die("out of memory", location);
}

void on_fatal_error(const char* location, const char* message) {
  give_up(NRV8_FATAL_OTHER, message != nullptr ? message : location);
  die("fatal error", message != nullptr ? message : location);
}

void end_for_memory() { give_up(NRV8_FATAL_OOM, "malloc"); }

void install_fatal_handlers() {
  v8::V8::SetFatalErrorHandler(on_failed_check);
  struct sigaction action = {};
  action.sa_sigaction = on_trap;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  sigaction(SIGTRAP, &action, &previous_trap);
  sigaction(SIGILL, &action, &previous_illegal);
}

}  // namespace nr
