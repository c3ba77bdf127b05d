#include "inspector/inspector.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "inspector/snapshot.h"
#include "network_runtime.h"
#include "override/debugging.h"
#include "system/clock.h"
#include "wire/errors.h"

namespace nr {
namespace {

using v8_inspector::StringView;

StringView view(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

uint32_t number(std::string_view bytes) {
  uint32_t value = 0;
  if (bytes.size() >= sizeof value) memcpy(&value, bytes.data(), sizeof value);
  return value;
}

/** A text of the guest's. */
class Text {
 public:
  Text(v8::Isolate* isolate, v8::Local<v8::String> text)
      : units_(static_cast<size_t>(std::min(text->Length(), kLengthMax))) {
    text->WriteV2(isolate, 0, static_cast<uint32_t>(units_.size()), units_.data());
  }
  StringView view() const { return {units_.data(), units_.size()}; }

 private:
  static constexpr int kLengthMax = 16 << 10;
  std::vector<uint16_t> units_;
};

/** Without one V8 prints what is uncaught. */
void ignore(v8::Local<v8::Message>, v8::Local<v8::Value>) {}

/** The guest's console without what V8 gives to one that is inspected, whatever the guest has made of it. */
class ConsoleKeeper {
 public:
  explicit ConsoleKeeper(v8::Local<v8::Context> context)
      : context_(context), isolate_(v8::Isolate::GetCurrent()), name_(ascii(isolate_, "createTask")) {
    v8::Local<v8::Value> console;
    v8::Local<v8::Value> before;
    if (!context->Global()->Get(context, ascii(isolate_, "console")).ToLocal(&console) || !console->IsObject()) return;
    if (!console.As<v8::Object>()->GetOwnPropertyDescriptor(context, name_).ToLocal(&before)) return;
    console_ = console.As<v8::Object>();
    before_ = before;
  }

  void restore() {
    if (console_.IsEmpty()) return;
    if (!before_->IsObject()) return (void)console_->Delete(context_, name_).IsNothing();
    const auto before = before_.As<v8::Object>();
    const auto field = [&](const char* name) {
      v8::Local<v8::Value> value;
      return before->Get(context_, ascii(isolate_, name)).ToLocal(&value) ? value
                                                                          : v8::Undefined(isolate_).As<v8::Value>();
    };
    // What V8 could overwrite is configurable, and data.
    v8::PropertyDescriptor descriptor(field("value"), field("writable")->IsTrue());
    descriptor.set_enumerable(field("enumerable")->IsTrue());
    descriptor.set_configurable(field("configurable")->IsTrue());
    (void)console_->DefineProperty(context_, name_, descriptor).IsNothing();
  }

 private:
  const v8::Local<v8::Context> context_;
  v8::Isolate* const isolate_;
  const v8::Local<v8::String> name_;
  v8::Local<v8::Object> console_;
  v8::Local<v8::Value> before_;
};

}  // namespace

Inspector::Inspector(nrv8_isolate& host)
    : host_(host), inspector_(v8_inspector::V8Inspector::create(host.isolate, this)) {
  introduce_context();
  host.isolate->AddMessageListener(ignore);
}

void Inspector::introduce_context() {
  v8::Isolate* const isolate = host_.isolate;
  const v8::HandleScope handles(isolate);
  const v8::Local<v8::Context> context = host_.current_context();
  const v8::Context::Scope scope(context);
  const v8::TryCatch try_catch(isolate);
  // V8 asks the global object for its console, which may be a getter of the guest's.
  const v8::Isolate::DisallowJavascriptExecutionScope no_script(
      isolate, v8::Isolate::DisallowJavascriptExecutionScope::THROW_ON_FAILURE);
  ConsoleKeeper keeper(context);
  v8_inspector::V8ContextInfo info(context, kContextGroup, view("guest"));
  info.auxData = view("{\"isDefault\":true}");
  inspector_->contextCreated(info);
  keeper.restore();
}

Inspector::~Inspector() {
  const v8::HandleScope handles(host_.isolate);
  host_.isolate->RemoveMessageListeners(ignore);
  sessions_.clear();
  inspector_->contextDestroyed(host_.current_context());
}

bool Inspector::work(uint32_t which) {
  uint32_t session = 0;
  std::string command;
  {
    const AttributionScope nobody(nullptr);
    size_t length = 0;
    const uint8_t* const bytes = callbacks().inspector_next(host_.owner, which, &session, &length);
    if (bytes == nullptr) return false;
    const AttributionScope pays(host_.budget);
    command.assign(reinterpret_cast<const char*>(bytes), length);
  }
  const v8::HandleScope handles(host_.isolate);
  carry_out(session, command);
  done();
  // A debugger that is on puts its own in front, which gives a guest four times its memory.
  host_.guard_heap();
  return true;
}

/** What follows is the guest's: the rest of its turn, or microtasks. */
void Inspector::done() {
  const AttributionScope nobody(nullptr);
  uint32_t session = 0;
  size_t length = 0;
  callbacks().inspector_next(host_.owner, NRV8_INSPECT_NONE, &session, &length);
}

void Inspector::carry_out(uint32_t id, std::string_view command) {
  const std::string_view rest = command.substr(1);
  switch (static_cast<uint8_t>(command[0]) & NR_INSPECT_KIND) {
    case NR_INSPECT_COMMAND:
      return session(id).dispatch(rest);
    case NR_INSPECT_CLOSE:
      if (id == 0) waiting_ = false;
      sessions_.erase(id);
      return;
    case NR_INSPECT_WAIT:
      return await_debugger();
    case NR_INSPECT_PROFILE:
      profile_ = std::make_unique<Profile>(host_.isolate);
      return;
    case NR_INSPECT_PROFILE_END:
      return end_profile(id, number(rest));
    case NR_INSPECT_SNAPSHOT:
      return take_snapshot(host_, session(id), number(rest));
  }
}

Session& Inspector::session(uint32_t id) {
  auto& session = sessions_[id];
  if (session == nullptr) session = std::make_unique<Session>(host_, *inspector_, id);
  return *session;
}

void Inspector::end_profile(uint32_t id, uint32_t command) {
  if (profile_ == nullptr) return session(id).answer(command, "{}");
  const std::string result = "{\"profile\":" + profile_->json() + "}";
  profile_.reset();
  session(id).answer(command, result);
}

void Inspector::await_debugger() {
  waiting_ = true;
  while (waiting_ && work(NRV8_INSPECT_AWAIT)) {
  }
}

void Inspector::runIfWaitingForDebugger(int) {
  if (!waiting_) return;
  waiting_ = false;
  for (const auto& [id, session] : sessions_) session->pause_on_next_call();
}

void Inspector::runMessageLoopOnPause(int) {
  paused_ = true;
  while (paused_ && work(NRV8_INSPECT_AWAIT)) {
  }
  paused_ = false;
}

void Inspector::interrupted() {
  if (profile_ != nullptr) profile_->sample();
  while (work(NRV8_INSPECT_URGENT)) {
  }
}

void Inspector::entered() {
  if (breaks_on_call_) break_on_call(host_.isolate);
}

void Inspector::leaves() { breaks_on_call_ = breaks_on_call(host_.isolate); }

void Inspector::turn_begins() {
  if (profile_ != nullptr) profile_->turn_begins();
}

void Inspector::turn_ends() {
  if (profile_ != nullptr) profile_->turn_ends();
}

void Inspector::console(const char* method, const std::vector<v8::Local<v8::Value>>& arguments) {
  const v8::Local<v8::Context> context = host_.current_context();
  v8::Local<v8::Value> console;
  v8::Local<v8::Value> function;
  // V8's own, which the guest has never had.
  if (!context->GetExtrasBindingObject()->Get(context, ascii(host_.isolate, "console")).ToLocal(&console)) return;
  if (!console->IsObject()) return;
  if (!console.As<v8::Object>()->Get(context, ascii(host_.isolate, method)).ToLocal(&function)) return;
  if (!function->IsFunction()) return;
  std::vector<v8::Local<v8::Value>> values = arguments;
  (void)function.As<v8::Function>()->Call(context, console, static_cast<int>(values.size()), values.data()).IsEmpty();
}

void Inspector::uncaught(v8::Local<v8::Value> error, bool in_promise, const ErrorPlace& place) {
  const v8::Local<v8::Context> context = host_.current_context();
  const v8::Local<v8::StackTrace> stack = v8::Exception::GetStackTrace(error);
  const int script =
      stack.IsEmpty() || stack->GetFrameCount() == 0 ? 0 : stack->GetFrame(host_.isolate, 0)->GetScriptId();
  show_exceptions_of(host_.isolate, script);
  const std::string_view text = in_promise ? "Uncaught (in promise)" : "Uncaught";
  // Without a stack V8 shows this text only.
  v8::Local<v8::String> shown;
  if (!error->ToDetailString(context).ToLocal(&shown)) shown = v8::String::Empty(host_.isolate);
  const v8::Local<v8::String> begin = ascii(host_.isolate, in_promise ? "Uncaught (in promise) " : "Uncaught ");
  const Text details(host_.isolate, v8::String::Concat(host_.isolate, begin, shown));
  const Text file(host_.isolate, v8::String::NewFromUtf8(host_.isolate, place.file.data(), v8::NewStringType::kNormal,
                                                         static_cast<int>(place.file.size()))
                                     .FromMaybe(v8::String::Empty(host_.isolate)));
  inspector_->exceptionThrown(context, view(text), error, details.view(), file.view(),
                              static_cast<unsigned>(place.line), static_cast<unsigned>(place.column),
                              inspector_->createStackTrace(stack), script);
}

double Inspector::currentTimeMS() { return wall_ms(); }

}  // namespace nr
