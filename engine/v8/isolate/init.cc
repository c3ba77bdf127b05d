#include <algorithm>
#include <cstdio>
#include <thread>

#include "engine.h"
#include "isolate/fatal.h"
#include "isolate/primer.h"
#include "override/locale.h"
#include "override/temporal.h"
#include "snapshot/prelude_natives.h"
#include "system/clock.h"
#include "system/malloc.h"
#include "system/memory.h"
#include "turn/platform.h"
#include "vendor/icu_data.h"

namespace nr {
namespace {

/** Everything of the process's life; never freed, because engine threads may outlive static destruction. */
struct Engine {
  nrv8_callbacks callbacks;
  v8::StartupData snapshot;
  Platform* platform;
};
Engine engine;
bool jit_is_forbidden = false;

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
      // It posts one task for each filled young generation, faster than a busy isolate can run them.
      const_cast<char*>("--no-minor-gc-task"),
      // Pages stay with their isolate: those of a forsaken one are unmapped.
      const_cast<char*>("--no-memory-pool-share-memory-on-teardown"),
      const_cast<char*>("--max-large-page-pool-size=0"),
      // Else a worker would free pooled pages of isolates that are forsaken meanwhile, and idle isolates would cost
      // time.
      const_cast<char*>("--memory-pool-timeout=0"),
      // Else no full collection comes before 32 MB of old objects, whatever the limit.
      const_cast<char*>("--preconfigured-old-space-size=0"),
      // What a compile needed is charged to its isolate until it is freed: on a busy machine a worker may not get to
      // it.
      const_cast<char*>("--no-maglev-destroy-on-background"),
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

/** V8 ends the process when it does not get what it starts with: tables of its own, and an isolate's. */
bool could_start() {
  constexpr size_t kAddresses = size_t{1} << 30;
  constexpr size_t kMemory = size_t{64} << 20;
  return could_reserve(kAddresses) && could_map(kMemory);
}

bool give_entropy(unsigned char* buffer, size_t length) { return random_bytes(buffer, length); }

}  // namespace

const nrv8_callbacks& callbacks() { return engine.callbacks; }
const v8::StartupData* snapshot() { return &engine.snapshot; }
Platform& platform() { return *engine.platform; }

}  // namespace nr

extern "C" {

int32_t nrv8_init(const uint8_t* snapshot, size_t snapshot_length, const char* prelude, size_t prelude_length,
                  const nrv8_callbacks* callbacks) {
  using nr::engine;
  engine.callbacks = *callbacks;
  engine.snapshot = {reinterpret_cast<const char*>(snapshot), static_cast<int>(snapshot_length)};
  nr::prelude_text.set(prelude, prelude_length);
  if (!nr::could_start()) {
    fprintf(stderr, "network-runtime: the process has too few addresses or too little memory left for V8\n");
    return -1;
  }
  if (!nr::set_flags()) return -1;
  nr::bound_malloc_retention();
  if (!nr::set_icu_data()) return -1;
  nr::forget_environment();
  v8::V8::SetEntropySource(nr::give_entropy);
  engine.platform = new nr::Platform(nr::worker_thread_count());
  v8::V8::InitializePlatform(engine.platform);
  v8::V8::Initialize();
  nr::install_fatal_handlers();
  if (!engine.snapshot.IsValid()) {
    fprintf(stderr, "network-runtime: the start-up snapshot is not of V8 %s\n", v8::V8::GetVersion());
    return -1;
  }
  nr::prepare_time_zones();
  const char* const unseen = nr::make_primer(!nr::jit_is_forbidden);
  if (unseen == nullptr) return 0;
  fprintf(stderr, "network-runtime: %s of V8 %s does not pass through the engine's accounts\n", unseen,
          v8::V8::GetVersion());
  return -1;
}

void nrv8_forbid_jit(void) {
  nr::jit_is_forbidden = true;
  v8::V8::SetFlagsFromString("--jitless");
}

const char* nrv8_version(void) { return v8::V8::GetVersion(); }

double nrv8_now_ms(void) { return nr::monotonic_ms(); }

}  // extern "C"
