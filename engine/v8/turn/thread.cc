#include "turn/thread.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "memory/budget.h"
#include "shim.h"
#include "system/malloc.h"
#include "system/stack.h"

namespace nr {
namespace {

// V8's builtins, its parser and our own callbacks run below the guest's last frame.
constexpr size_t kNativeHeadroom = size_t{128} << 10;

}  // namespace

uintptr_t stack_limit(size_t stack_bytes) {
  ThreadState& thread = thread_state;
  if (thread.stack_low == 0) thread.stack_low = find_stack_low();
  const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  const uintptr_t wanted = here > stack_bytes ? here - stack_bytes : 0;
  return std::max(wanted, thread.stack_low + kNativeHeadroom);
}

void free_dead_signal_stack(void* stack) {
  if (stack != nullptr && stack != thread_state.signal_stack) free_signal_stack(stack);
}

}  // namespace nr

extern "C" {

void nrv8_thread_init(void) { nr::thread_state.signal_stack = nr::set_signal_stack(); }

void nrv8_thread_exit(void) {
  // Random generators and error queue of libcrypto.
  OPENSSL_thread_stop();
  void* const stack = nr::thread_state.signal_stack;
  if (stack == nullptr) return;
  nr::thread_state.signal_stack = nullptr;
  nr::remove_signal_stack(stack);
}

void nrv8_thread_trim(void) { nr::trim_arena(); }

}  // extern "C"
