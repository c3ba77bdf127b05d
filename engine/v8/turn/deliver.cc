// Turns that begin with something from the engine: a message, a request, a response, a timer, a task of V8's.

#include "turn/evaluation.h"
#include "turn/host_clock.h"
#include "turn/task_queue.h"
#include "turn/timers.h"
#include "turn/turn.h"
#include "wire/serialize.h"

using nr::Hook;
using nr::Turn;

namespace {

v8::Local<v8::Value> number(const Turn& turn, uint32_t value) {
  return v8::Integer::NewFromUnsigned(turn.isolate(), value);
}

}  // namespace

extern "C" {

int32_t nrv8_deliver_message(nrv8_isolate* isolate, uint32_t encoding, const uint8_t* bytes, size_t length,
                             uint32_t* listeners) {
  *listeners = 0;
  Turn turn(*isolate);
  v8::Local<v8::Value> arguments[2];
  if (!nr::read_pair(turn.context(), encoding, bytes, length, &arguments[0], &arguments[1]))
    return turn.end(NRV8_BAD_PAYLOAD);
  v8::Local<v8::Value> taken;
  if (!turn.call(Hook::kMessage, 2, arguments, &taken)) return turn.end(NRV8_THREW);
  if (taken->IsUint32()) *listeners = taken.As<v8::Uint32>()->Value();
  return turn.end(NRV8_OK);
}

int32_t nrv8_deliver_request(nrv8_isolate* isolate, uint32_t request_id, uint32_t encoding, const uint8_t* bytes,
                             size_t length) {
  Turn turn(*isolate);
  v8::Local<v8::Value> arguments[3] = {number(turn, request_id), {}, {}};
  if (!nr::read_pair(turn.context(), encoding, bytes, length, &arguments[1], &arguments[2]))
    return turn.end(NRV8_BAD_PAYLOAD);
  // Whoever gives the request up finds the code that works on it.
  nr::set_current_evaluation(isolate->isolate, request_id);
  return turn.end(turn.call(Hook::kRequest, 3, arguments) ? NRV8_OK : NRV8_THREW);
}

int32_t nrv8_deliver_response(nrv8_isolate* isolate, uint32_t request_id, int32_t ok, uint32_t encoding,
                              const uint8_t* bytes, size_t length) {
  // Before the guest goes on, which may wait for more.
  nr::note_settled(*isolate, request_id);
  Turn turn(*isolate);
  v8::Local<v8::Value> arguments[3] = {number(turn, request_id), v8::Boolean::New(isolate->isolate, ok != 0), {}};
  if (!nr::read_value(turn.context(), encoding, bytes, length, &arguments[2])) return turn.end(NRV8_BAD_PAYLOAD);
  return turn.end(turn.call(Hook::kResponse, 3, arguments) ? NRV8_OK : NRV8_THREW);
}

int32_t nrv8_run_timer(nrv8_isolate* isolate, double now_ms, double* next_ms) {
  // Unless the hook says otherwise there may be more: it threw, or was terminated with the evaluation it worked for.
  *next_ms = now_ms;
  nr::HostClock* const clock = isolate->host_clock.get();
  if (clock != nullptr) clock->go_on();
  Turn turn(*isolate);
  v8::Local<v8::Value> argument = v8::Number::New(isolate->isolate, clock != nullptr ? clock->now_ms() : now_ms);
  v8::Local<v8::Value> next;
  if (!turn.call(Hook::kTimer, 1, &argument, &next)) return turn.end(NRV8_THREW);
  const double deadline_ms = next->IsNumber() ? next.As<v8::Number>()->Value() : -1;
  *next_ms = clock != nullptr ? clock->arm(deadline_ms) : deadline_ms;
  return turn.end(NRV8_OK);
}

int32_t nrv8_run_task(nrv8_isolate* isolate, double* next_delay_ms) {
  const std::unique_ptr<v8::Task> task = isolate->tasks->take_due(next_delay_ms);
  if (!task) return NRV8_OK;
  Turn turn(*isolate);
  task->Run();
  return turn.end(NRV8_OK);
}

int32_t nrv8_set_console(nrv8_isolate* isolate, int32_t on) {
  isolate->console_is_heard = on != 0;
  Turn turn(*isolate);
  v8::Local<v8::Value> argument = v8::Boolean::New(isolate->isolate, on != 0 || isolate->inspection != nullptr);
  return turn.end(turn.call(Hook::kConsole, 1, &argument) ? NRV8_OK : NRV8_THREW);
}

}  // extern "C"
