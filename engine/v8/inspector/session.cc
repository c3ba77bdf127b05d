#include "inspector/session.h"

#include "inspector/inspector.h"
#include "network_runtime.h"

namespace nr {
namespace {

using v8_inspector::StringBuffer;
using v8_inspector::StringView;
using v8_inspector::V8Inspector;

StringView view(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

/** V8 writes JSON in ASCII. */
std::string_view ascii(const StringBuffer& message) {
  const StringView text = message.string();
  if (!text.is8Bit()) return {};
  return {reinterpret_cast<const char*>(text.characters8()), text.length()};
}

}  // namespace

Session::Session(nrv8_isolate& host, V8Inspector& inspector, uint32_t id)
    : host_(host),
      id_(id),
      session_(inspector.connectShared(kContextGroup, this, {}, V8Inspector::kFullyTrusted,
                                       V8Inspector::kNotWaitingForDebugger)) {}

void Session::dispatch(std::string_view command) {
  // It may end in the middle, when the guest is paused: whoever ends it leaves this alone.
  const auto session = session_;
  session->dispatchProtocolMessage(view(command));
}

void Session::pause_on_next_call() { session_->schedulePauseOnNextStatement(view("Break on start"), {}); }

void Session::answer(uint32_t command, std::string_view result) {
  std::string message = "{\"id\":" + std::to_string(command) + ",\"result\":";
  message.append(result);
  message.push_back('}');
  if (record(message)) return;
  send("{\"id\":" + std::to_string(command) +
       ",\"error\":{\"code\":-32000,\"message\":\"The answer is larger than 64 MiB\"}}");
}

void Session::send(std::string_view message) { record(message); }

void Session::sendResponse(int command, std::unique_ptr<StringBuffer> message) {
  if (record(ascii(*message))) return;
  send("{\"id\":" + std::to_string(command) +
       ",\"error\":{\"code\":-32000,\"message\":\"The answer is larger than 64 MiB\"}}");
}

void Session::sendNotification(std::unique_ptr<StringBuffer> message) { record(ascii(*message)); }

/** May block. False: too large. */
bool Session::record(std::string_view message) {
  auto* const data = reinterpret_cast<uint8_t*>(const_cast<char*>(message.data()));
  return host_.record(NR_EVENT_INSPECT, NR_ENCODING_JSON_UTF8, id_, data, message.size(), false) != NR_E_TOO_LARGE;
}

}  // namespace nr
