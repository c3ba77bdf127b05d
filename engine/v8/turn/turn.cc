#include "turn/turn.h"

#include "turn/evaluation.h"
#include "turn/rejections.h"
#include "wire/errors.h"

namespace nr {

Turn::Turn(nrv8_isolate& host)
    : host_(host),
      handles_(host.isolate),
      context_(host.current_context()),
      scope_(context_),
      try_catch_(host.isolate) {
  host.turn_monotonic_ms = monotonic_ms();
  if (host.clock_frozen) host.turn_wall_ms = wall_ms();
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
  for (;;) {
    if (terminated()) return abandon();
    isolate->PerformMicrotaskCheckpoint();
    if (terminated()) return abandon();
    if (host_.rejections->empty()) break;
    host_.rejections->notify(host_, context_);
  }
  set_current_evaluation(isolate, 0);
  return status;
}

int32_t Turn::abandon() {
  host_.rejections->drop_pending();
  set_current_evaluation(host_.isolate, 0);
  return NRV8_TERMINATED;
}

}  // namespace nr
