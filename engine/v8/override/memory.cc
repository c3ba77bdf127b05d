// Where V8 gets memory that its embedder is not asked for otherwise.

#include "system/memory.h"

#include <atomic>
#include <cstdlib>

#include "memory/blocks.h"
#include "memory/budget.h"
#include "network_runtime_hooks.h"
#include "override/zones.h"

namespace nr {
namespace {

std::atomic<bool> zone_seen{false};

}  // namespace

bool zones_are_seen() { return zone_seen.load(std::memory_order_relaxed); }

namespace hooks {

/** A zone that is refused memory ends in V8's out-of-memory handler, which the engine contains; other callers of malloc
 * do not check. The zones of an isolate are listed, to be taken back if its thread dies; the few others live in
 * structures that all isolates share. */
void* allocate_zone(bool of_isolate, size_t bytes) {
  Budget* const budget = thread_state.budget;
  // Refused only on a thread that an isolate has entered: V8 has no isolate to blame on its worker threads and would
  // abort.
  if (budget != nullptr && thread_state.isolate != nullptr && budget->malloc_exhausted(bytes)) {
    budget->note_exceeded();
    return nullptr;
  }
  if (budget == nullptr || !of_isolate) return malloc(bytes);
  if (!zone_seen.load(std::memory_order_relaxed)) zone_seen.store(true, std::memory_order_relaxed);
  void* const memory = malloc_listed(bytes);
  if (memory == nullptr) budget->note_refused_by_system();
  return memory;
}

void zero(void* memory, size_t bytes) { zero_pages(memory, bytes); }

BufferWanted::BufferWanted() : before_(thread_state.buffer_wanted) { thread_state.buffer_wanted = true; }
BufferWanted::~BufferWanted() { thread_state.buffer_wanted = before_; }
bool BufferWanted::is_in_vain() const { return thread_state.budget != nullptr && thread_state.budget->ending(); }

Shared::Shared() : budget_(thread_state.budget) { thread_state.budget = nullptr; }
Shared::~Shared() { thread_state.budget = static_cast<Budget*>(budget_); }

}  // namespace hooks
}  // namespace nr
