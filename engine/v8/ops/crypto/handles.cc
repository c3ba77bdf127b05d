#include "ops/crypto/handles.h"

namespace nr::crypto {

/** Keys of lattices come with their matrix. */
size_t KeyHandle::bytes_of(KeyKind kind) {
  switch (kind) {
    case KeyKind::kMlDsa44:
    case KeyKind::kMlDsa65:
    case KeyKind::kMlDsa87:
      return size_t{32} << 10;
    case KeyKind::kMlKem512:
    case KeyKind::kMlKem768:
    case KeyKind::kMlKem1024:
      return size_t{10} << 10;
    default:
      return size_t{4} << 10;
  }
}

void Handle::on_collected(const v8::WeakCallbackInfo<Handle>& info) {
  Handle* const handle = info.GetParameter();
  handle->owner_->remove(handle);
}

v8::Local<v8::External> Handles::add(v8::Isolate* isolate, std::unique_ptr<Handle> handle) {
  isolate_ = isolate;
  accounter_.Increase(isolate, handle->bytes);
  Handle* const added = handle.release();
  const v8::Local<v8::External> value = v8::External::New(isolate, added, kHandleTag);
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
  accounter_.Decrease(isolate_, handle->bytes);
  delete handle;
}

}  // namespace nr::crypto
