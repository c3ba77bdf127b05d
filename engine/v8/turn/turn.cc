#include "turn/turn.h"

#include "turn/collection.h"
#include "turn/evaluation.h"
#include "turn/host_clock.h"
#include "turn/rejections.h"
#include "turn/task_queue.h"
#include "wire/errors.h"

namespace nr {
namespace {

/** A turn for what an ended one has left. */
class LeftOver final : public v8::Task {
 public:
  void Run() override {}
};

}  // namespace

Turn::Turn(nrv8_isolate& host)
    : host_(host),
      handles_(host.isolate),
      context_(host.current_context()),
      scope_(context_),
      try_catch_(host.isolate) {
  if (const HostClock* const clock = host.host_clock.get()) {
    host.turn_monotonic_ms = clock->now_ms();
    host.turn_wall_ms = clock->wall_ms();
    return;
  }
  host.turn_monotonic_ms = monotonic_ms();
  if (host.clock_frozen) host.turn_wall_ms = wall_ms();
  if (host.inspection == nullptr) return;
  // To V8 only what the embedder does not catch is uncaught, and paused at as such.
  try_catch_.SetVerbose(true);
  host.inspection->turn_begins();
}

Turn::~Turn() = default;

bool Turn::call(Hook hook, int count, v8::Local<v8::Value>* arguments, v8::Local<v8::Value>* result) {
  v8::Local<v8::Value> value;
  if (!host_.hook(hook)->Call(context_, v8::Undefined(host_.isolate), count, arguments).ToLocal(&value)) {
    report_caught(host_, context_, try_catch_);
    return false;
  }
  if (result != nullptr) *result = value;
  return true;
}

int32_t Turn::end(int32_t status) {
  v8::Isolate* const isolate = host_.isolate;
  const bool cut_short = terminated();
  while (!terminated()) {
    isolate->PerformMicrotaskCheckpoint();
    if (terminated() || host_.rejections->empty()) break;
    host_.rejections->notify(host_, context_);
  }
  // Not only the call that was given up has microtasks and rejections. Of an isolate that ends no turn comes any more.
  if (terminated()) host_.tasks->PostTask(std::make_unique<LeftOver>());
  set_current_evaluation(isolate, 0);
  if (host_.inspection != nullptr) host_.inspection->turn_ends();
  if (!terminated()) collect_if_wanted(host_);
  return cut_short ? NRV8_TERMINATED : status;
}

}  // namespace nr
