#include <time.h>

#include <algorithm>
#include <cstdio>
#include <thread>

#include "engine.h"
#include "fatal.h"
#include "platform.h"
#include "prelude_natives.h"
#include "retention.h"

namespace nr {
namespace {

/** Everything of the process's life; never freed, because engine threads may outlive static destruction. */
struct Engine {
  nrv8_callbacks callbacks;
  v8::StartupData snapshot;
  Platform* platform;
};
Engine engine;

bool set_flags() {
  static char program[] = "network-runtime";
  static char* flags[] = {
      program,
      // Garbage collection on the isolate's own thread: its time and pages are the isolate's, and no thread outlives
      // it.
      const_cast<char*>("--single-threaded-gc"),
      // Without it every process has the same string hashes.
      const_cast<char*>("--rehash-snapshot"),
      // An isolate that dies while it compiles would hang all others that compile the same bytes.
      const_cast<char*>("--no-wasm-native-module-cache"),
      // A worker thread has no isolate to end when a module asks for too much (wasm_types.cc); the time is the
      // isolate's.
      const_cast<char*>("--no-wasm-async-compilation"),
      // asm.js is plain JavaScript: V8 would compile it as WebAssembly, also where an isolate has none.
      const_cast<char*>("--no-validate-asm"),
      // It posts one task for each filled young generation, faster than a busy isolate can run them.
      const_cast<char*>("--no-minor-gc-task"),
  };
  int count = std::size(flags);
  v8::V8::SetFlagsFromCommandLine(&count, flags, true);
  // V8 leaves what it does not know.
  for (int i = 1; i < count; i++) fprintf(stderr, "network-runtime: V8 does not know the flag %s\n", flags[i]);
  return count == 1;
}

int worker_thread_count() {
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  return std::clamp(cores - 1, 1, 4);
}

/** An isolate that lives as long as the process: it owns the read-only heap that all isolates share, so that none of
 * them pays for it or takes it along. */
bool make_primer() {
  static v8::ArrayBuffer::Allocator* const allocator = v8::ArrayBuffer::Allocator::NewDefaultAllocator();
  v8::Isolate::CreateParams params;
  params.snapshot_blob = &engine.snapshot;
  params.external_references = kExternalReferences;
  params.array_buffer_allocator = allocator;
  params.constraints.ConfigureDefaultsFromHeapSize(0, size_t{32} << 20);
  return v8::Isolate::New(params) != nullptr;
}

double clock_ms(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

}  // namespace

const nrv8_callbacks& callbacks() { return engine.callbacks; }
const v8::StartupData* snapshot() { return &engine.snapshot; }
Platform& platform() { return *engine.platform; }
double monotonic_ms() { return clock_ms(CLOCK_MONOTONIC); }
double wall_ms() { return clock_ms(CLOCK_REALTIME); }

}  // namespace nr

extern "C" {

int32_t nrv8_init(const uint8_t* snapshot, size_t snapshot_length, const char* prelude, size_t prelude_length,
                  const nrv8_callbacks* callbacks) {
  using nr::engine;
  engine.callbacks = *callbacks;
  engine.snapshot = {reinterpret_cast<const char*>(snapshot), static_cast<int>(snapshot_length)};
  nr::prelude_text.set(prelude, prelude_length);
  if (!nr::set_flags()) return -1;
  nr::bound_malloc_retention();
  engine.platform = new nr::Platform(nr::worker_thread_count());
  v8::V8::InitializePlatform(engine.platform);
  v8::V8::Initialize();
  nr::install_fatal_handlers();
  if (!engine.snapshot.IsValid()) {
    fprintf(stderr, "network-runtime: the start-up snapshot is not of V8 %s\n", v8::V8::GetVersion());
    return -1;
  }
  return nr::make_primer() ? 0 : -1;
}

const char* nrv8_version(void) { return v8::V8::GetVersion(); }

double nrv8_now_ms(void) { return nr::monotonic_ms(); }

}  // extern "C"
