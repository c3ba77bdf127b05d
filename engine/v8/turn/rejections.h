#ifndef NR_V8_TURN_REJECTIONS_H_
#define NR_V8_TURN_REJECTIONS_H_

#include <unordered_map>
#include <utility>
#include <vector>

#include "v8.h"

struct nrv8_isolate;

namespace nr {

/** Promises rejected without a handler, judged at the end of each turn as HTML's "notify about rejected promises". */
class Rejections {
 public:
  /** V8's PromiseRejectCallback. */
  static void on_promise_reject(v8::PromiseRejectMessage message);

  bool empty() const { return pending_.empty() && handled_late_.empty(); }

  /** Reports what is still unhandled, and what was handled after its report. Runs guest code. */
  void notify(nrv8_isolate& host, v8::Local<v8::Context> context);

  /** Drops everything, for a dying isolate. */
  void clear();

 private:
  struct Entry {
    v8::Global<v8::Promise> promise;
    v8::Global<v8::Value> reason;
  };

  void add(v8::Isolate* isolate, v8::Local<v8::Promise> promise, v8::Local<v8::Value> reason);
  void remove(v8::Isolate* isolate, v8::Local<v8::Promise> promise);
  /** False: the turn was ended meanwhile. */
  bool report(nrv8_isolate& host, v8::Local<v8::Context> context, const Entry& entry);
  bool tell_handled(nrv8_isolate& host, v8::Local<v8::Context> context, const v8::Global<v8::Promise>& handled);
  void remember_reported(v8::Isolate* isolate, v8::Local<v8::Promise> promise);

  /** In order of rejection; handled ones are emptied in place. */
  std::vector<Entry> pending_;
  /** Identity hash of a promise -> its places in pending_. */
  std::unordered_multimap<int, size_t> places_;
  /** Reported ones, weakly, by identity hash. */
  std::unordered_multimap<int, v8::Global<v8::Promise>> reported_;
  std::vector<v8::Global<v8::Promise>> handled_late_;
};

}  // namespace nr

#endif  // NR_V8_TURN_REJECTIONS_H_
