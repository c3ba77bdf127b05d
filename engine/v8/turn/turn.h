#ifndef NR_V8_TURN_TURN_H_
#define NR_V8_TURN_TURN_H_

#include "isolate.h"
#include "v8.h"

namespace nr {

/** One piece of guest work, with the scopes it needs. Ends with the microtasks it caused and the rejections they left.
 */
class Turn {
 public:
  explicit Turn(nrv8_isolate& host);
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  v8::Isolate* isolate() const { return host_.isolate; }
  v8::Local<v8::Context> context() const { return context_; }
  v8::TryCatch& try_catch() { return try_catch_; }

  /** Calls a hook; an exception out of it is reported as the guest's. False: it threw, or was terminated. */
  bool call(Hook hook, int count, v8::Local<v8::Value>* arguments, v8::Local<v8::Value>* result = nullptr);

  /** Runs what the turn left to do. Returns status, or NRV8_TERMINATED if the turn itself was cut short. */
  int32_t end(int32_t status);

 private:
  bool terminated() const { return try_catch_.HasTerminated() || host_.isolate->IsExecutionTerminating(); }

  nrv8_isolate& host_;
  v8::HandleScope handles_;
  const v8::Local<v8::Context> context_;
  v8::Context::Scope scope_;
  v8::TryCatch try_catch_;
};

}  // namespace nr

#endif  // NR_V8_TURN_TURN_H_
