#ifndef NR_V8_INSPECTOR_INSPECTOR_H_
#define NR_V8_INSPECTOR_INSPECTOR_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string_view>

#include "inspector/profile.h"
#include "inspector/session.h"
#include "isolate.h"
#include "v8-inspector.h"

namespace nr {

/** V8's name for all contexts of an isolate, of which there is one. */
inline constexpr int kContextGroup = 1;

/** V8's inspector of one isolate, and what V8 asks of its embedder. On the isolate's thread. */
class Inspector final : public Inspection, private v8_inspector::V8InspectorClient {
 public:
  explicit Inspector(nrv8_isolate& host);
  ~Inspector() override;

  /** Carries out one command that waits (NRV8_INSPECT_*). False: there is none, or the isolate is to end. */
  bool work(uint32_t which);
  /** Nobody debugs any more. */
  bool is_unused() const { return sessions_.empty() && profile_ == nullptr; }

  void interrupted() override;
  void entered() override;
  void leaves() override;
  void turn_begins() override;
  void turn_ends() override;
  void console(const char* method, const std::vector<v8::Local<v8::Value>>& arguments) override;
  void uncaught(v8::Local<v8::Value> error, bool in_promise, const ErrorPlace& place) override;

 private:
  void runMessageLoopOnPause(int group) override;
  void quitMessageLoopOnPause() override { paused_ = false; }
  void runIfWaitingForDebugger(int group) override;
  v8::Local<v8::Context> ensureDefaultContextInGroup(int group) override { return host_.current_context(); }
  double currentTimeMS() override;

  void introduce_context();
  void done();
  void carry_out(uint32_t session, std::string_view command);
  void await_debugger();
  void end_profile(uint32_t session, uint32_t command);
  Session& session(uint32_t id);

  nrv8_isolate& host_;
  const std::unique_ptr<v8_inspector::V8Inspector> inspector_;
  std::map<uint32_t, std::unique_ptr<Session>> sessions_;
  std::unique_ptr<Profile> profile_;
  bool paused_ = false;
  bool waiting_ = false;
  bool breaks_on_call_ = false;
};

}  // namespace nr

#endif  // NR_V8_INSPECTOR_INSPECTOR_H_
