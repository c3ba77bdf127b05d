#include "inspector/snapshot.h"

#include <string>
#include <string_view>

#include "inspector/json.h"
#include "v8-profiler.h"

namespace nr {
namespace {

class Chunks final : public v8::OutputStream {
 public:
  explicit Chunks(const nrv8_isolate& host, Session& session) : host_(host), session_(session) {}

  void EndOfStream() override {}
  int GetChunkSize() override { return 256 * 1024; }

  WriteResult WriteAsciiChunk(char* data, int size) override {
    // Nobody would take what is left.
    is_aborted_ = host_.budget->ending();
    if (is_aborted_) return kAbort;
    std::string message = "{\"method\":\"HeapProfiler.addHeapSnapshotChunk\",\"params\":{\"chunk\":";
    append_json(&message, std::string_view(data, static_cast<size_t>(size)));
    session_.send(message + "}}");
    return kContinue;
  }

  bool is_aborted() const { return is_aborted_; }

 private:
  const nrv8_isolate& host_;
  Session& session_;
  bool is_aborted_ = false;
};

}  // namespace

void take_snapshot(nrv8_isolate& host, Session& session, uint32_t command) {
  // It is the isolate's memory, as all is that is allocated for it; but its limit is not meant for this.
  const Budget::Allowance allowance(host.budget);
  const v8::HeapSnapshot* const snapshot = host.isolate->GetHeapProfiler()->TakeHeapSnapshot();
  if (snapshot == nullptr) {
    return session.send("{\"id\":" + std::to_string(command) +
                        ",\"error\":{\"code\":-32000,\"message\":\"V8 took no snapshot\"}}");
  }
  Chunks chunks(host, session);
  snapshot->Serialize(&chunks, v8::HeapSnapshot::kJSON);
  const_cast<v8::HeapSnapshot*>(snapshot)->Delete();
  if (!chunks.is_aborted()) session.answer(command, "{}");
}

}  // namespace nr
