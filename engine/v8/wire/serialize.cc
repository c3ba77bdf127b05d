#include "wire/serialize.h"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "isolate.h"
#include "network_runtime.h"
#include "wire/dom_exceptions.h"
#include "wire/error_extras.h"
#include "wire/errors.h"
#include "wire/primitives.h"

namespace nr {
namespace {

// From here on a record's bytes are handed over instead of copied, and the scratch memory is not kept.
constexpr size_t kHandOverMin = 64 << 10;
constexpr size_t kScratchInitial = 4 << 10;
/** Errors of one message whose data is sent. */
constexpr size_t kErrorsMax = 256;
/** And the bytes of that data: the host reads it at once. */
constexpr size_t kExtrasMax = 256 << 10;

bool check_recorded(nrv8_isolate& host, int32_t status, size_t length) {
  if (status != NR_E_TOO_LARGE) return true;
  throw_too_large(host, length);
  return false;
}

}  // namespace

void throw_too_large(nrv8_isolate& host, size_t length) {
  char text[128];
  snprintf(text, sizeof text, "Message of %zu bytes or more exceeds the limit of %zu bytes", length,
           host.options.message_bytes_max);
  throw_range_error(host.isolate, text);
}

PayloadWriter::PayloadWriter(nrv8_isolate& host, v8::Local<v8::Context> context, Purpose purpose)
    : host_(host), context_(context), purpose_(purpose), serializer_(host.isolate, this) {
  serializer_.WriteHeader();
}

PayloadWriter::~PayloadWriter() = default;

bool PayloadWriter::write(v8::Local<v8::Value> value, const char* name) {
  value_ = value;
  name_ = name;
  return serializer_.WriteValue(context_, value).FromMaybe(false);
}

/** Their data may hold more of them. False: an exception is pending. */
bool PayloadWriter::write_errors() {
  size_t room = kExtrasMax;
  for (size_t i = 0; i < errors_.size(); i++) {
    const v8::Local<v8::Object> error = errors_[i].Get(host_.isolate);
    v8::Local<v8::Object> extras;
    if (!error_extras(host_, context_, error, &room).ToLocal(&extras)) return false;
    v8::Local<v8::Value> pair[] = {error, extras};
    serializer_.WriteUint32(kExtrasMark);
    if (!write(v8::Array::New(host_.isolate, pair, std::size(pair)), "error")) return false;
  }
  return true;
}

size_t PayloadWriter::drop() {
  const auto [data, length] = serializer_.Release();
  if (on_scratch_)
    put_back(data);
  else
    free(data);
  on_scratch_ = false;
  return length;
}

bool PayloadWriter::record(uint32_t type, uint32_t request_id) {
  if (!write_errors()) return false;
  const auto [data, length] = serializer_.Release();
  // Memory of a nested writer is its own; the scratch memory is given away only when a copy would cost more.
  const bool owned = !on_scratch_ || length >= kHandOverMin;
  if (on_scratch_ && owned) host_.scratch = {nullptr, 0, false};
  const int32_t status = host_.record(type, NR_ENCODING_WIRE, request_id, data, length, owned);
  if (!owned) put_back(data);
  on_scratch_ = false;
  return check_recorded(host_, status, length);
}

void PayloadWriter::ThrowDataCloneError(v8::Local<v8::String> message) {
  if (too_large_) return throw_too_large(host_, host_.options.message_bytes_max);
  refuse(message);
}

void PayloadWriter::refuse(v8::Local<v8::String> message) {
  if (purpose_ != Purpose::kRecord) return (void)host_.isolate->ThrowException(v8::Undefined(host_.isolate));
  throw_data_clone_error(host_.isolate, name_, value_, message,
                         [this](v8::Local<v8::Value> part) { return PayloadWriter::fits(host_, context_, part); });
}

bool PayloadWriter::fits(nrv8_isolate& host, v8::Local<v8::Context> context, v8::Local<v8::Value> value) {
  v8::TryCatch ignore(host.isolate);
  return PayloadWriter(host, context, Purpose::kTrial).write(value, "");
}

v8::Maybe<bool> PayloadWriter::IsHostObject(v8::Isolate*, v8::Local<v8::Object> object) {
  if (!object->IsNativeError()) return v8::Just(host_.is_platform_object(object));
  if (purpose_ != Purpose::kTrial && errors_.size() < kErrorsMax && has_extras(context_, object)) {
    errors_.emplace_back(host_.isolate, object);
  }
  return v8::Just(is_dom_exception(host_, object));
}

v8::Maybe<bool> PayloadWriter::WriteHostObject(v8::Isolate* isolate, v8::Local<v8::Object> object) {
  if (is_dom_exception(host_, object)) return write_dom_exception(host_, context_, serializer_, object);
  const v8::String::Utf8Value name(isolate, object->GetConstructorName());
  const std::string text = std::string(*name == nullptr ? "platform object" : *name) +
                           " object could not be cloned: the host takes plain data (of a Blob its arrayBuffer()).";
  v8::Local<v8::String> message;
  if (v8::String::NewFromUtf8(isolate, text.data(), v8::NewStringType::kNormal, static_cast<int>(text.size()))
          .ToLocal(&message)) {
    refuse(message);
  }
  return v8::Nothing<bool>();
}

v8::Maybe<uint32_t> PayloadWriter::GetSharedArrayBufferId(v8::Isolate* isolate, v8::Local<v8::SharedArrayBuffer>) {
  // V8 has just listed it, if it is a WebAssembly memory's.
  host_.budget->note_remembered();
  refuse(ascii(isolate, "A SharedArrayBuffer could not be cloned."));
  return v8::Nothing<uint32_t>();
}

v8::Maybe<uint32_t> PayloadWriter::GetWasmModuleTransferId(v8::Isolate* isolate, v8::Local<v8::WasmModuleObject>) {
  refuse(ascii(isolate, "A WebAssembly.Module could not be cloned."));
  return v8::Nothing<uint32_t>();
}

void* PayloadWriter::ReallocateBufferMemory(void* old_buffer, size_t size, size_t* actual_size) {
  const size_t message_max = host_.options.message_bytes_max;
  // V8 doubles the buffer, so this is well over the limit; the exact limit is the engine's to check.
  if (message_max != 0 && size > 2 * message_max + kHandOverMin) {
    too_large_ = true;
    return nullptr;
  }
  Scratch& scratch = host_.scratch;
  if (old_buffer == nullptr && !scratch.taken) {
    scratch.taken = true;
    on_scratch_ = true;
  } else if (!on_scratch_) {
    *actual_size = size;
    return realloc(old_buffer, size);
  }
  if (scratch.capacity < size) {
    const size_t capacity = size > kScratchInitial ? size : kScratchInitial;
    auto* const data = static_cast<uint8_t*>(realloc(scratch.data, capacity));
    if (data == nullptr) return nullptr;
    scratch.data = data;
    scratch.capacity = capacity;
  }
  *actual_size = scratch.capacity;
  return scratch.data;
}

void PayloadWriter::FreeBufferMemory(void* buffer) {
  if (!on_scratch_) return free(buffer);
  if (buffer != nullptr) put_back(static_cast<uint8_t*>(buffer));
}

void PayloadWriter::put_back(uint8_t* data) {
  if (host_.scratch.capacity > kHandOverMin) {
    free(data);
    host_.scratch = {nullptr, 0, false};
  }
  host_.scratch.taken = false;
}

bool record_pair(nrv8_isolate& host, v8::Local<v8::Context> context, uint32_t type, uint32_t request_id,
                 v8::Local<v8::Value> first, v8::Local<v8::Value> second) {
  {
    PrimitiveWriter primitives;
    if (primitives.write(host.isolate, first) && primitives.write(host.isolate, second)) {
      const int32_t status =
          host.record(type, NR_ENCODING_WIRE, request_id, primitives.data(), primitives.length(), false);
      return check_recorded(host, status, primitives.length());
    }
  }
  PayloadWriter writer(host, context);
  return writer.write(first, "name") && writer.write(second, "data") && writer.record(type, request_id);
}

bool record_value(nrv8_isolate& host, v8::Local<v8::Context> context, uint32_t type, uint32_t request_id,
                  v8::Local<v8::Value> value) {
  {
    PrimitiveWriter primitives;
    if (primitives.write(host.isolate, value)) {
      const int32_t status =
          host.record(type, NR_ENCODING_WIRE, request_id, primitives.data(), primitives.length(), false);
      return check_recorded(host, status, primitives.length());
    }
  }
  PayloadWriter writer(host, context);
  return writer.write(value, "value") && writer.record(type, request_id);
}

size_t clone_bytes(nrv8_isolate& host, v8::Local<v8::Context> context, v8::Local<v8::Value> value, size_t bytes_max) {
  v8::TryCatch ignore(host.isolate);
  PayloadWriter writer(host, context, PayloadWriter::Purpose::kTrial);
  if (!writer.write(value, "")) return 0;
  const size_t bytes = writer.drop();
  return bytes <= bytes_max ? bytes : 0;
}

}  // namespace nr
