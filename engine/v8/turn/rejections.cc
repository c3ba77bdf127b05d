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
  const std::vector<Entry> entries = std::exchange(pending_, {});
  const std::vector<v8::Global<v8::Promise>> late = std::exchange(handled_late_, {});
  places_.clear();
  for (const Entry& entry : entries) {
    if (entry.promise.IsEmpty()) continue;
    v8::HandleScope handles(isolate);
    v8::TryCatch try_catch(isolate);
    const v8::Local<v8::Promise> promise = entry.promise.Get(isolate);
    if (promise->HasHandler()) continue;
    const v8::Local<v8::Value> reason = entry.reason.Get(isolate);
    v8::Local<v8::Value> arguments[] = {promise, reason};
    v8::Local<v8::Value> prevented;
    const bool called = host.hook(Hook::kRejection)
                            ->Call(context, v8::Undefined(isolate), std::size(arguments), arguments)
                            .ToLocal(&prevented);
    if (try_catch.HasTerminated()) return;
    report_caught(host, context, try_catch);
    if (!(called && prevented->IsTrue()) && !promise->HasHandler()) {
      record_error(host, context, NR_EVENT_REJECTION, 0, reason, location_of_error(context, reason));
    }
    if (!promise->HasHandler()) remember_reported(isolate, promise);
    if (isolate->IsExecutionTerminating()) return;
  }
  for (const v8::Global<v8::Promise>& handled : late) {
    v8::HandleScope handles(isolate);
    v8::TryCatch try_catch(isolate);
    const v8::Local<v8::Promise> promise = handled.Get(isolate);
    v8::Local<v8::Value> arguments[] = {promise, promise->Result()};
    (void)host.hook(Hook::kRejectionHandled)
        ->Call(context, v8::Undefined(isolate), std::size(arguments), arguments)
        .IsEmpty();
    if (try_catch.HasTerminated()) return;
    report_caught(host, context, try_catch);
  }
}

void Rejections::drop_pending() {
  pending_.clear();
  places_.clear();
  handled_late_.clear();
}

void Rejections::clear() {
  drop_pending();
  reported_.clear();
}

}  // namespace nr
