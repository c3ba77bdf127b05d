#include "thread.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>

#include <algorithm>

#include "budget.h"
#include "shim.h"

namespace nr {
namespace {

// V8's builtins, its parser and our own callbacks run below the guest's last frame.
constexpr size_t kNativeHeadroom = size_t{128} << 10;
constexpr size_t kSignalStack = size_t{256} << 10;

uintptr_t find_stack_low() {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
  void* low = nullptr;
  size_t size = 0;
  size_t guard = 0;
  pthread_attr_getstack(&attributes, &low, &size);
  pthread_attr_getguardsize(&attributes, &guard);
  pthread_attr_destroy(&attributes);
  return reinterpret_cast<uintptr_t>(low) + guard;
}

}  // namespace

uintptr_t stack_limit(size_t stack_bytes) {
  ThreadState& thread = thread_state;
  if (thread.stack_low == 0) thread.stack_low = find_stack_low();
  const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  const uintptr_t wanted = here > stack_bytes ? here - stack_bytes : 0;
  return std::max(wanted, thread.stack_low + kNativeHeadroom);
}

void free_signal_stack(void* stack) {
  // Never the one that the caller may be running on.
  if (stack != nullptr && stack != thread_state.signal_stack) munmap(stack, kSignalStack);
}

}  // namespace nr

extern "C" {

void nrv8_thread_init(void) {
  void* const stack =
      mmap(nullptr, nr::kSignalStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (stack == MAP_FAILED) return;
  const stack_t wanted = {.ss_sp = stack, .ss_flags = 0, .ss_size = nr::kSignalStack};
  if (sigaltstack(&wanted, nullptr) != 0) {
    munmap(stack, nr::kSignalStack);
    return;
  }
  nr::thread_state.signal_stack = stack;
}

void nrv8_thread_exit(void) {
  // Random generators and error queue of libcrypto.
  OPENSSL_thread_stop();
  void* const stack = nr::thread_state.signal_stack;
  if (stack == nullptr) return;
  const stack_t none = {.ss_sp = nullptr, .ss_flags = SS_DISABLE, .ss_size = 0};
  sigaltstack(&none, nullptr);
  nr::thread_state.signal_stack = nullptr;
  munmap(stack, nr::kSignalStack);
}

}  // extern "C"
