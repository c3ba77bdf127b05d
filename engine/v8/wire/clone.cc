// structuredClone, by V8's serializer and deserializer; transferred ArrayBuffers move. Platform objects are the
// prelude's to serialize: the bytes hold an index, and what the prelude made of the object is kept beside them.

#include <cstdlib>
#include <optional>
#include <unordered_map>
#include <vector>

#include "isolate.h"
#include "wire/errors.h"
#include "wire/serialize.h"

namespace nr {
namespace {

/** Objects with their places, by identity. */
class ObjectList {
 public:
  size_t size() const { return objects_.size(); }
  v8::Local<v8::Object> operator[](size_t index) const { return objects_[index]; }

  std::optional<uint32_t> find(v8::Local<v8::Object> object) const {
    if (objects_.empty()) return {};
    for (auto [known, end] = places_.equal_range(object->GetIdentityHash()); known != end; ++known) {
      if (objects_[known->second] == object) return known->second;
    }
    return {};
  }

  /** False: it is there already. */
  bool add(v8::Local<v8::Object> object) {
    if (find(object)) return false;
    places_.emplace(object->GetIdentityHash(), static_cast<uint32_t>(objects_.size()));
    objects_.push_back(object);
    return true;
  }

  /** The elements of an array of the prelude's; nothing if it is none. False: an exception is pending. */
  bool read(v8::Local<v8::Context> context, v8::Local<v8::Value> array) {
    if (!array->IsArray()) return true;
    const auto list = array.As<v8::Array>();
    for (uint32_t i = 0; i < list->Length(); i++) {
      v8::Local<v8::Value> item;
      if (!list->Get(context, i).ToLocal(&item) || !item->IsObject()) return false;
      if (add(item.As<v8::Object>())) continue;
      throw_data_clone_error(v8::Isolate::GetCurrent(), "An object occurs twice in the transfer list.");
      return false;
    }
    return true;
  }

 private:
  std::vector<v8::Local<v8::Object>> objects_;
  std::unordered_multimap<int, uint32_t> places_;
};

/** How the bytes name a platform object: one of these, then an index. */
constexpr uint32_t kCloned = 0;
constexpr uint32_t kTransferred = 1;

/** Both delegates of one structured clone. */
class Cloning final : public v8::ValueSerializer::Delegate, public v8::ValueDeserializer::Delegate {
 public:
  /** @param value what is cloned; empty: a part of it, to find out whether it can be */
  Cloning(nrv8_isolate& host, v8::Local<v8::Context> context, const PlatformCloning& platform,
          v8::Local<v8::Value> value)
      : host_(host), context_(context), platform_(platform), value_(value) {}

  /** Reads the transfer list of platform objects. False: an exception is pending. */
  bool read_transferred() { return transferred_.read(context_, platform_.transferred); }

  /** The transfer steps of those, and the clones of the other platform objects: before the deserializer works, since
   * it allows no JavaScript. False: an exception is pending. */
  bool receive() {
    if (transferred_.size() != 0) {
      v8::Local<v8::Value> received;
      if (!call(platform_.transfer, 0, nullptr).ToLocal(&received) || !received_.read(context_, received)) return false;
    }
    clones_.reserve(serialized_.size());
    for (const v8::Global<v8::Value>& data : serialized_) {
      v8::Local<v8::Value> argument = data.Get(host_.isolate);
      v8::Local<v8::Value> clone;
      if (!call(platform_.deserialize, 1, &argument).ToLocal(&clone) || !clone->IsObject()) return false;
      clones_.push_back(clone.As<v8::Object>());
    }
    return true;
  }

 private:
  v8::MaybeLocal<v8::Value> call(v8::Local<v8::Value> function, int count, v8::Local<v8::Value>* arguments) {
    return function.As<v8::Function>()->Call(context_, v8::Undefined(host_.isolate), count, arguments);
  }

  void ThrowDataCloneError(v8::Local<v8::String> message) override {
    if (value_.IsEmpty()) return (void)host_.isolate->ThrowException(v8::Undefined(host_.isolate));
    throw_data_clone_error(host_.isolate, "value", value_, message,
                           [this](v8::Local<v8::Value> part) { return fits(part); });
  }

  /** Whether a part of the value can be cloned: a trial, whose clones of platform objects go nowhere. */
  bool fits(v8::Local<v8::Value> part) {
    v8::TryCatch ignore(host_.isolate);
    Cloning trial(host_, context_, platform_, {});
    if (!trial.read_transferred()) return false;
    v8::ValueSerializer part_serializer(host_.isolate, &trial);
    trial.serializer = &part_serializer;
    return part_serializer.WriteValue(context_, part).FromMaybe(false);
  }

  bool HasCustomHostObject(v8::Isolate*) override { return true; }

  v8::Maybe<bool> IsHostObject(v8::Isolate*, v8::Local<v8::Object> object) override {
    return v8::Just(host_.is_platform_object(object));
  }

  v8::Maybe<bool> WriteHostObject(v8::Isolate*, v8::Local<v8::Object> object) override {
    if (const auto place = transferred_.find(object)) {
      write(kTransferred, *place);
      return v8::Just(true);
    }
    v8::Local<v8::Value> argument = object;
    v8::Local<v8::Value> data;
    if (!call(platform_.serialize, 1, &argument).ToLocal(&data)) return v8::Nothing<bool>();
    if (data->IsUndefined()) {
      ThrowDataCloneError(
          ascii(host_.isolate, "An object of an interface that is not serializable could not be cloned."));
      return v8::Nothing<bool>();
    }
    write(kCloned, static_cast<uint32_t>(serialized_.size()));
    serialized_.emplace_back(host_.isolate, data);
    return v8::Just(true);
  }

  v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate*) override {
    uint32_t kind;
    uint32_t index;
    if (!deserializer->ReadUint32(&kind) || !deserializer->ReadUint32(&index)) return {};
    if (kind == kTransferred) {
      if (index >= received_.size()) return {};
      return received_[index];
    }
    if (index >= clones_.size()) return {};
    return clones_[index];
  }

  v8::Maybe<uint32_t> GetSharedArrayBufferId(v8::Isolate* isolate, v8::Local<v8::SharedArrayBuffer>) override {
    // V8 has just listed it, if it is a WebAssembly memory's.
    host_.budget->note_remembered();
    ThrowDataCloneError(ascii(isolate, "A SharedArrayBuffer could not be cloned."));
    return v8::Nothing<uint32_t>();
  }

  v8::Maybe<uint32_t> GetWasmModuleTransferId(v8::Isolate*, v8::Local<v8::WasmModuleObject> module) override {
    modules_.push_back(module->GetCompiledModule());
    return v8::Just(static_cast<uint32_t>(modules_.size() - 1));
  }

  v8::MaybeLocal<v8::WasmModuleObject> GetWasmModuleFromId(v8::Isolate* isolate, uint32_t id) override {
    if (id >= modules_.size()) return {};
    return v8::WasmModuleObject::FromCompiledModule(isolate, modules_[id]);
  }

  void write(uint32_t kind, uint32_t index) {
    serializer->WriteUint32(kind);
    serializer->WriteUint32(index);
  }

 public:
  v8::ValueSerializer* serializer = nullptr;
  v8::ValueDeserializer* deserializer = nullptr;

 private:
  nrv8_isolate& host_;
  const v8::Local<v8::Context> context_;
  const PlatformCloning& platform_;
  const v8::Local<v8::Value> value_;
  ObjectList transferred_;
  ObjectList received_;
  /** What the prelude made of platform objects. Global, since the serializer opens handle scopes of its own. */
  std::vector<v8::Global<v8::Value>> serialized_;
  std::vector<v8::Local<v8::Object>> clones_;
  std::vector<v8::CompiledWasmModule> modules_;
};

/** The ArrayBuffers of a transfer list, checked as StructuredSerializeWithTransfer does. False: an exception is
 * pending. */
bool read_buffers(v8::Local<v8::Context> context, v8::Local<v8::Value> transfer, ObjectList* buffers) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  if (!buffers->read(context, transfer)) return false;
  for (size_t i = 0; i < buffers->size(); i++) {
    if (!(*buffers)[i]->IsArrayBuffer()) {
      throw_data_clone_error(isolate, "Value in the transfer list is not transferable.");
      return false;
    }
    const auto buffer = (*buffers)[i].As<v8::ArrayBuffer>();
    if (!buffer->WasDetached() && buffer->IsDetachable()) continue;
    throw_data_clone_error(isolate, "An ArrayBuffer in the transfer list is detached or cannot be detached.");
    return false;
  }
  return true;
}

/** Moves the buffers' memory to the clone. False: an exception is pending. */
bool transfer_buffers(v8::Isolate* isolate, const ObjectList& buffers, v8::ValueDeserializer& deserializer) {
  for (uint32_t i = 0; i < buffers.size(); i++) {
    const auto buffer = buffers[i].As<v8::ArrayBuffer>();
    // A getter may have detached it meanwhile.
    if (buffer->WasDetached()) {
      throw_data_clone_error(isolate, "An ArrayBuffer was detached while it was transferred.");
      return false;
    }
    std::shared_ptr<v8::BackingStore> store = buffer->GetBackingStore();
    if (!buffer->Detach(v8::Local<v8::Value>()).FromMaybe(false)) return false;
    deserializer.TransferArrayBuffer(i, v8::ArrayBuffer::New(isolate, std::move(store)));
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
                                           v8::Local<v8::Value> value, v8::Local<v8::Value> transfer,
                                           const PlatformCloning& platform) {
  v8::Isolate* const isolate = host.isolate;
  // A primitive is its own clone; symbols are not cloneable.
  if (!value->IsObject() && !value->IsSymbol() && !transfer->IsArray() && !platform.transferred->IsArray()) {
    return value;
  }
  ObjectList buffers;
  Cloning cloning(host, context, platform, value);
  if (!read_buffers(context, transfer, &buffers) || !cloning.read_transferred()) return {};
  v8::ValueSerializer serializer(isolate, &cloning);
  cloning.serializer = &serializer;
  for (uint32_t i = 0; i < buffers.size(); i++) {
    serializer.TransferArrayBuffer(i, buffers[i].As<v8::ArrayBuffer>());
  }
  serializer.WriteHeader();
  if (!serializer.WriteValue(context, value).FromMaybe(false)) return {};
  const Serialized serialized(serializer.Release());

  v8::ValueDeserializer deserializer(isolate, serialized.data, serialized.length, &cloning);
  cloning.deserializer = &deserializer;
  if (!transfer_buffers(isolate, buffers, deserializer) || !cloning.receive()) return {};
  if (!deserializer.ReadHeader(context).FromMaybe(false)) return {};
  return deserializer.ReadValue(context);
}

}  // namespace nr
