#ifndef NR_V8_ISOLATE_H_
#define NR_V8_ISOLATE_H_

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine.h"
#include "memory/budget.h"
#include "memory/overdraft.h"
#include "system/clock.h"

namespace nr {

struct BackgroundWork;
class CompileExecutor;
class HostClock;
class Modules;
class PlainReader;
class Rejections;
class SeededRandom;
class TaskQueue;
class Template;
struct TimeZone;

namespace crypto {
class Handles;
}

/** Positions in the hooks array of prelude/core/engine.ts. */
enum class Hook : uint32_t {
  kStart = 0,
  kMessage = 1,
  kRequest = 2,
  kResponse = 3,
  kTimer = 4,
  kSettle = 5,
  kError = 6,
  kRejection = 7,
  kRejectionHandled = 8,
  kConsole = 9,
  kDomException = 10,
  kLoad = 11,
  kFollow = 12,
  kImport = 13,
  kDomExceptionParts = 14,
};
inline constexpr uint32_t kHookCount = 15;

/** Where an error is: 1-based, 0 = unknown. */
struct ErrorPlace {
  std::string_view file;
  int line;
  int column;
};

/** An isolate that somebody debugs: what its inspector is told. */
class Inspection {
 public:
  virtual ~Inspection() = default;
  /** An interrupt came through, in the middle of the guest's code. May block. */
  virtual void interrupted() = 0;
  /** A thread entered the isolate, or is about to leave it. */
  virtual void entered() = 0;
  virtual void leaves() = 0;
  virtual void turn_begins() = 0;
  virtual void turn_ends() = 0;
  /** The guest called its console. Leaves an exception only of a termination. */
  virtual void console(const char* method, const std::vector<v8::Local<v8::Value>>& arguments) = 0;
  virtual void uncaught(v8::Local<v8::Value> error, bool in_promise, const ErrorPlace& place) = 0;
};

/** Memory that message after message is written into. */
struct Scratch {
  uint8_t* data = nullptr;
  size_t capacity = 0;
  bool taken = false;
};

}  // namespace nr

/** One isolate with its one context. What Zig sees as an opaque pointer. Every room may look at it, so it only names
 * the parts that belong to a room. */
struct nrv8_isolate {
  nrv8_isolate(void* owner, const nrv8_isolate_options& options);
  ~nrv8_isolate();
  nrv8_isolate(const nrv8_isolate&) = delete;
  nrv8_isolate& operator=(const nrv8_isolate&) = delete;

  v8::Local<v8::Context> current_context() const { return context.Get(isolate); }
  v8::Local<v8::Function> hook(nr::Hook hook) const { return hooks[static_cast<uint32_t>(hook)].Get(isolate); }
  static nrv8_isolate* of(v8::Isolate* isolate) { return static_cast<nrv8_isolate*>(isolate->GetData(0)); }

  /** Whether a web interface of the prelude made it. */
  bool is_platform_object(v8::Local<v8::Object> object) const {
    return object->HasPrivate(isolate->GetCurrentContext(), platform_object_key.Get(isolate)).FromMaybe(false);
  }

  /** Milliseconds of the monotonic clock; under NR_ISOLATE_FLAG_CLOCK_FROZEN those of the turn's start, and of the
   * host's clock if it is that which counts. */
  double now_ms() const { return stands_still() ? turn_monotonic_ms : nr::monotonic_ms(); }
  /** Whether clocks stand still while a turn runs. */
  bool stands_still() const { return clock_frozen || host_clock != nullptr; }

  /** Hands a record to the engine. May block. */
  int32_t record(uint32_t type, uint32_t encoding, uint32_t request_id, uint8_t* data, size_t length, bool owned) const;

  /** Puts the engine's own guard of the heap's limit before those of others. */
  void guard_heap();

  void* const owner;
  const nrv8_isolate_options options;
  nr::Budget* const budget;
  const std::shared_ptr<nr::BackgroundWork> background;
  const std::shared_ptr<nr::TaskQueue> tasks;
  /** Wall-clock milliseconds of the creation. */
  const double time_origin_ms;
  const bool clock_frozen;
  /** Null: the system's. */
  const std::unique_ptr<nr::HostClock> host_clock;
  /** Null: the system's. */
  const std::unique_ptr<nr::SeededRandom> random;
  /** Null: it was made of none. */
  const std::shared_ptr<nr::Template> shared;

  v8::Isolate* isolate = nullptr;
  bool initialized = false;
  nr::CompileExecutor* compile_executor = nullptr;
  v8::Global<v8::Context> context;
  std::array<v8::Global<v8::Function>, nr::kHookCount> hooks;
  /** Every object of a web interface has a property of this name. */
  v8::Global<v8::Private> platform_object_key;
  /** V8's own, which ours falls back on. */
  v8::Global<v8::Function> function_to_string;
  /** Null: UTC. */
  nr::TimeZone* time_zone = nullptr;
  /** Of all functions of the prelude. */
  int prelude_script_id = 0;
  /** V8's limit of the heap, in bytes, while it is raised; else 0. */
  size_t heap_limit = 0;
  const std::unique_ptr<nr::Rejections> rejections;
  const std::unique_ptr<nr::PlainReader> plain_reader;
  const std::unique_ptr<nr::Modules> modules;
  const std::unique_ptr<nr::crypto::Handles> crypto_handles;
  /** Null: nobody debugs it. */
  std::unique_ptr<nr::Inspection> inspection;
  /** The host listens to the console. */
  bool console_is_heard = false;
  nr::Scratch scratch;
  nr::Overdraft overdraft{budget};
  /** The turn's start. */
  double turn_monotonic_ms = 0;
  /** The same of the wall clock, only kept when clocks stand still. */
  double turn_wall_ms = 0;
  /** Whether a script of the host's has run, or has begun to. */
  bool has_run_scripts = false;
  /** The signal stack of the thread that was ended inside this isolate. */
  void* dead_signal_stack = nullptr;
};

#endif  // NR_V8_ISOLATE_H_
