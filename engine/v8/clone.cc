// structuredClone, by V8's serializer and deserializer; transferred ArrayBuffers move.

#include <cstdlib>
#include <unordered_map>
#include <vector>

#include "errors.h"
#include "isolate.h"
#include "serialize.h"

namespace nr {
namespace {

class CloneDelegate final : public v8::ValueSerializer::Delegate {
 public:
  explicit CloneDelegate(v8::Isolate* isolate) : isolate_(isolate) {}

 private:
  void ThrowDataCloneError(v8::Local<v8::String> message) override { throw_data_clone_error(isolate_, message); }
  v8::Maybe<uint32_t> GetSharedArrayBufferId(v8::Isolate* isolate, v8::Local<v8::SharedArrayBuffer>) override {
    throw_data_clone_error(isolate, "A SharedArrayBuffer could not be cloned.");
    return v8::Nothing<uint32_t>();
  }

  v8::Isolate* const isolate_;
};

using Buffers = std::vector<v8::Local<v8::ArrayBuffer>>;

/** The transfer list, checked as StructuredSerializeWithTransfer does. False: an exception is pending. */
bool read_transfer(v8::Local<v8::Context> context, v8::Local<v8::Value> transfer, Buffers* buffers) {
  v8::Isolate* const isolate = context->GetIsolate();
  if (!transfer->IsArray()) return true;
  const auto list = transfer.As<v8::Array>();
  std::unordered_multimap<int, size_t> places;
  for (uint32_t i = 0; i < list->Length(); i++) {
    v8::Local<v8::Value> item;
    if (!list->Get(context, i).ToLocal(&item)) return false;
    if (!item->IsArrayBuffer()) {
      throw_data_clone_error(isolate, "Value in the transfer list is not transferable.");
      return false;
    }
    const auto buffer = item.As<v8::ArrayBuffer>();
    if (buffer->WasDetached() || !buffer->IsDetachable()) {
      throw_data_clone_error(isolate, "An ArrayBuffer in the transfer list is detached or cannot be detached.");
      return false;
    }
    const int hash = buffer->GetIdentityHash();
    for (auto [known, end] = places.equal_range(hash); known != end; ++known) {
      if ((*buffers)[known->second] != buffer) continue;
      throw_data_clone_error(isolate, "An ArrayBuffer occurs twice in the transfer list.");
      return false;
    }
    places.emplace(hash, buffers->size());
    buffers->push_back(buffer);
  }
  return true;
}

struct Serialized {
  explicit Serialized(std::pair<uint8_t*, size_t> released) : data(released.first), length(released.second) {}
  ~Serialized() { free(data); }
  Serialized(const Serialized&) = delete;
  Serialized& operator=(const Serialized&) = delete;

  uint8_t* const data;
  const size_t length;
};

}  // namespace

v8::MaybeLocal<v8::Value> structured_clone(nrv8_isolate& host, v8::Local<v8::Context> context,
                                           v8::Local<v8::Value> value, v8::Local<v8::Value> transfer) {
  v8::Isolate* const isolate = host.isolate;
  // A primitive is its own clone; symbols are not cloneable.
  if (!value->IsObject() && !value->IsSymbol() && !transfer->IsArray()) return value;
  Buffers buffers;
  if (!read_transfer(context, transfer, &buffers)) return {};
  CloneDelegate delegate(isolate);
  v8::ValueSerializer serializer(isolate, &delegate);
  for (uint32_t i = 0; i < buffers.size(); i++) serializer.TransferArrayBuffer(i, buffers[i]);
  serializer.WriteHeader();
  if (!serializer.WriteValue(context, value).FromMaybe(false)) return {};
  const Serialized serialized(serializer.Release());

  v8::ValueDeserializer deserializer(isolate, serialized.data, serialized.length);
  for (uint32_t i = 0; i < buffers.size(); i++) {
    // A getter may have detached it meanwhile.
    if (buffers[i]->WasDetached()) {
      throw_data_clone_error(isolate, "An ArrayBuffer was detached while it was transferred.");
      return {};
    }
    std::shared_ptr<v8::BackingStore> store = buffers[i]->GetBackingStore();
    if (!buffers[i]->Detach(v8::Local<v8::Value>()).FromMaybe(false)) return {};
    deserializer.TransferArrayBuffer(i, v8::ArrayBuffer::New(isolate, std::move(store)));
  }
  if (!deserializer.ReadHeader(context).FromMaybe(false)) return {};
  return deserializer.ReadValue(context);
}

}  // namespace nr
