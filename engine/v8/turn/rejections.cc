#include "turn/rejections.h"

#include "isolate.h"
#include "network_runtime.h"
#include "wire/errors.h"

namespace nr {
namespace {

// Browsers forget collected promises; a guest that keeps rejected ones is remembered up to here.
constexpr size_t kReportedMax = 1024;

}  // namespace

void Rejections::on_promise_reject(v8::PromiseRejectMessage message) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  nrv8_isolate* const host = nrv8_isolate::of(isolate);
  if (host == nullptr) return;
  switch (message.GetEvent()) {
    case v8::kPromiseRejectWithNoHandler:
      host->rejections->add(isolate, message.GetPromise(), message.GetValue());
      break;
    case v8::kPromiseHandlerAddedAfterReject:
      host->rejections->remove(isolate, message.GetPromise());
      break;
    default:
      break;
  }
}

void Rejections::add(v8::Isolate* isolate, v8::Local<v8::Promise> promise, v8::Local<v8::Value> reason) {
  places_.emplace(promise->GetIdentityHash(), pending_.size());
  pending_.push_back({{isolate, promise}, {isolate, reason}});
}

void Rejections::remove(v8::Isolate* isolate, v8::Local<v8::Promise> promise) {
  const int hash = promise->GetIdentityHash();
  for (auto [place, end] = places_.equal_range(hash); place != end; ++place) {
    Entry& entry = pending_[place->second];
    if (entry.promise != promise) continue;
    entry.promise.Reset();
    entry.reason.Reset();
    places_.erase(place);
    return;
  }
  for (auto [known, end] = reported_.equal_range(hash); known != end; ++known) {
    if (known->second != promise) continue;
    reported_.erase(known);
    handled_late_.emplace_back(isolate, promise);
    return;
  }
}

void Rejections::remember_reported(v8::Isolate* isolate, v8::Local<v8::Promise> promise) {
  if (reported_.size() >= kReportedMax) {
    std::erase_if(reported_, [](const auto& known) { return known.second.IsEmpty(); });
    if (reported_.size() >= kReportedMax) return;
  }
  v8::Global<v8::Promise> weak(isolate, promise);
  weak.SetWeak();
  reported_.emplace(promise->GetIdentityHash(), std::move(weak));
}

void Rejections::notify(nrv8_isolate& host, v8::Local<v8::Context> context) {
  v8::Isolate* const isolate = host.isolate;
  // The guest's handlers may reject more promises and handle these.
  std::vector<Entry> entries = std::exchange(pending_, {});
  std::vector<v8::Global<v8::Promise>> late = std::exchange(handled_late_, {});
  places_.clear();
  bool goes_on = true;
  size_t reported = 0;
  while (goes_on && reported < entries.size()) goes_on = report(host, context, entries[reported++]);
  size_t told = 0;
  while (goes_on && told < late.size()) goes_on = tell_handled(host, context, late[told++]);
  // The next turn's, if there is one.
  for (; reported < entries.size(); reported++) {
    const Entry& entry = entries[reported];
    if (!entry.promise.IsEmpty()) add(isolate, entry.promise.Get(isolate), entry.reason.Get(isolate));
  }
  for (; told < late.size(); told++) handled_late_.push_back(std::move(late[told]));
}

bool Rejections::report(nrv8_isolate& host, v8::Local<v8::Context> context, const Entry& entry) {
  v8::Isolate* const isolate = host.isolate;
  if (entry.promise.IsEmpty()) return true;
  v8::HandleScope handles(isolate);
  v8::TryCatch try_catch(isolate);
  const v8::Local<v8::Promise> promise = entry.promise.Get(isolate);
  if (promise->HasHandler()) return true;
  const v8::Local<v8::Value> reason = entry.reason.Get(isolate);
  v8::Local<v8::Value> arguments[] = {promise, reason};
  v8::Local<v8::Value> prevented;
  const bool called = host.hook(Hook::kRejection)
                          ->Call(context, v8::Undefined(isolate), std::size(arguments), arguments)
                          .ToLocal(&prevented);
  if (try_catch.HasTerminated()) return false;
  report_caught(host, context, try_catch);
  if (!(called && prevented->IsTrue()) && !promise->HasHandler()) {
    record_error(host, context, NR_EVENT_REJECTION, 0, reason, location_of_error(context, reason));
  }
  if (!promise->HasHandler()) remember_reported(isolate, promise);
  return !isolate->IsExecutionTerminating();
}

bool Rejections::tell_handled(nrv8_isolate& host, v8::Local<v8::Context> context,
                              const v8::Global<v8::Promise>& handled) {
  v8::Isolate* const isolate = host.isolate;
  v8::HandleScope handles(isolate);
  v8::TryCatch try_catch(isolate);
  const v8::Local<v8::Promise> promise = handled.Get(isolate);
  v8::Local<v8::Value> arguments[] = {promise, promise->Result()};
  (void)host.hook(Hook::kRejectionHandled)
      ->Call(context, v8::Undefined(isolate), std::size(arguments), arguments)
      .IsEmpty();
  if (try_catch.HasTerminated()) return false;
  report_caught(host, context, try_catch);
  return true;
}

void Rejections::clear() {
  pending_.clear();
  places_.clear();
  handled_late_.clear();
  reported_.clear();
}

}  // namespace nr
