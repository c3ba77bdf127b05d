#include "handles.h"

namespace nr::crypto {
namespace {

// About what a key takes outside of V8's heap.
constexpr size_t kHandleBytes = 4096;

}  // namespace

void Handle::on_collected(const v8::WeakCallbackInfo<Handle>& info) {
  Handle* const handle = info.GetParameter();
  handle->owner_->remove(handle);
}

v8::Local<v8::External> Handles::add(v8::Isolate* isolate, std::unique_ptr<Handle> handle) {
  isolate_ = isolate;
  accounter_.Increase(isolate, kHandleBytes);
  Handle* const added = handle.release();
  const v8::Local<v8::External> value = v8::External::New(isolate, added);
  added->owner_ = this;
  added->next_ = first_;
  if (first_ != nullptr) first_->previous_ = added;
  first_ = added;
  added->value_.Reset(isolate, value);
  added->value_.SetWeak(added, Handle::on_collected, v8::WeakCallbackType::kParameter);
  return value;
}

void Handles::clear() {
  while (first_ != nullptr) remove(first_);
}

void Handles::remove(Handle* handle) {
  (handle->previous_ == nullptr ? first_ : handle->previous_->next_) = handle->next_;
  if (handle->next_ != nullptr) handle->next_->previous_ = handle->previous_;
  handle->value_.Reset();
  accounter_.Decrease(isolate_, kHandleBytes);
  delete handle;
}

}  // namespace nr::crypto
