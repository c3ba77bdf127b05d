// Where an isolate gets its inspector, and loses it.

#include "isolate/inspect.h"

#include "inspector/inspector.h"
#include "turn/turn.h"

namespace nr {
namespace {

/** Console calls are told to the host, to those who debug, or to nobody. */
void switch_console(nrv8_isolate& host) {
  const v8::HandleScope handles(host.isolate);
  const v8::TryCatch try_catch(host.isolate);
  v8::Local<v8::Value> on = v8::Boolean::New(host.isolate, host.console_is_heard || host.inspection != nullptr);
  (void)host.hook(Hook::kConsole)->Call(host.current_context(), v8::Undefined(host.isolate), 1, &on).IsEmpty();
}

}  // namespace

void inspect(nrv8_isolate& host) {
  if (host.inspection != nullptr) return;
  // Who debugs can run code: what V8 compiles here is not for others.
  host.has_run_scripts = true;
  host.inspection = std::make_unique<Inspector>(host);
  switch_console(host);
}

}  // namespace nr

extern "C" int32_t nrv8_inspect(nrv8_isolate* isolate) {
  nr::Turn turn(*isolate);
  nr::inspect(*isolate);
  auto& inspector = static_cast<nr::Inspector&>(*isolate->inspection);
  inspector.work(NRV8_INSPECT_ANY);
  const int32_t status = turn.end(NRV8_OK);
  if (inspector.is_unused()) {
    isolate->inspection.reset();
    nr::switch_console(*isolate);
  }
  return status;
}
