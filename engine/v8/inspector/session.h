#ifndef NR_V8_INSPECTOR_SESSION_H_
#define NR_V8_INSPECTOR_SESSION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "isolate.h"
#include "v8-inspector.h"

namespace nr {

/** One front end's. */
class Session final : public v8_inspector::V8Inspector::Channel {
 public:
  Session(nrv8_isolate& host, v8_inspector::V8Inspector& inspector, uint32_t id);

  /** A command of the protocol. */
  void dispatch(std::string_view command);
  void pause_on_next_call();

  /** The answer to a command, whose result is a JSON object. */
  void answer(uint32_t command, std::string_view result);
  void send(std::string_view message);

 private:
  void sendResponse(int command, std::unique_ptr<v8_inspector::StringBuffer> message) override;
  void sendNotification(std::unique_ptr<v8_inspector::StringBuffer> message) override;
  void flushProtocolNotifications() override {}
  bool record(std::string_view message);

  nrv8_isolate& host_;
  const uint32_t id_;
  /** Shared with calls of it that are under way. */
  const std::shared_ptr<v8_inspector::V8InspectorSession> session_;
};

}  // namespace nr

#endif  // NR_V8_INSPECTOR_SESSION_H_
