#include "system/stack.h"

#include <pthread.h>
#include <signal.h>

#include <cstddef>

#include "system/memory.h"

namespace nr {
namespace {

constexpr size_t kSignalStack = size_t{256} << 10;

}  // namespace

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

void* set_signal_stack() {
  void* const stack = map_pages(kSignalStack);
  if (stack == nullptr) return nullptr;
  const stack_t wanted = {.ss_sp = stack, .ss_flags = 0, .ss_size = kSignalStack};
  if (sigaltstack(&wanted, nullptr) == 0) return stack;
  free_signal_stack(stack);
  return nullptr;
}

void remove_signal_stack(void* stack) {
  const stack_t none = {.ss_sp = nullptr, .ss_flags = SS_DISABLE, .ss_size = 0};
  sigaltstack(&none, nullptr);
  free_signal_stack(stack);
}

void free_signal_stack(void* stack) { unmap(stack, kSignalStack); }

}  // namespace nr
