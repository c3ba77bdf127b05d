#include "system/trap.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace nr {
namespace {

struct sigaction previous_trap;
struct sigaction previous_illegal;
void (*on_trap)();

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

void handle(int signal, siginfo_t* info, void* context) {
  // Only a trap instruction of the thread itself; a signal sent by somebody (si_code <= 0) is none.
  if (info->si_code > 0) on_trap();
  chain(signal, info, context, signal == SIGTRAP ? previous_trap : previous_illegal);
}

}  // namespace

void install_trap_handler(void (*handler)()) {
  on_trap = handler;
  struct sigaction action = {};
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  sigaction(SIGTRAP, &action, &previous_trap);
  sigaction(SIGILL, &action, &previous_illegal);
}

namespace {

char* last_words;
size_t last_words_length;

}  // namespace

void write_to_stderr(const char* text, size_t length) {
  if (last_words != nullptr) {
    memcpy(last_words, text, std::min(length, last_words_length));
  } else {
    (void)!write(STDERR_FILENO, text, length);
  }
}

}  // namespace nr

/** What would go to stderr goes there: the process has none. */
extern "C" void nr_keep_last_words(char* space, size_t length) {
  nr::last_words_length = length;
  nr::last_words = space;
}
