#ifndef NR_V8_WIRE_SERIALIZE_H_
#define NR_V8_WIRE_SERIALIZE_H_

#include <vector>

#include "v8.h"

struct nrv8_isolate;

namespace nr {

/**
 * Serializes values, one after the other, into a record's payload (NR_ENCODING_WIRE). Getters of the guest run. What
 * errors have besides that which V8 serializes follows the values: [error, {name?, errors?, cause?, data}], one array
 * for each.
 */
class PayloadWriter final : private v8::ValueSerializer::Delegate {
 public:
  /** The exceptions of the latter two say nothing; a trial finds out whether a value can be cloned and records nothing.
   */
  enum class Purpose { kRecord, kAttempt, kTrial };

  PayloadWriter(nrv8_isolate& host, v8::Local<v8::Context> context, Purpose purpose = Purpose::kRecord);
  ~PayloadWriter() override;

  /** @param name what messages call the value. False: an exception is pending. */
  bool write(v8::Local<v8::Value> value, const char* name);

  /** Records what was written. False: an exception is pending (over the message limit). */
  bool record(uint32_t type, uint32_t request_id);

  /** Drops what was written. Returns how many bytes it had. */
  size_t drop();

 private:
  static bool fits(nrv8_isolate& host, v8::Local<v8::Context> context, v8::Local<v8::Value> value);
  bool write_errors();
  void refuse(v8::Local<v8::String> message);
  void ThrowDataCloneError(v8::Local<v8::String> message) override;
  bool HasCustomHostObject(v8::Isolate*) override { return true; }
  v8::Maybe<bool> IsHostObject(v8::Isolate*, v8::Local<v8::Object> object) override;
  v8::Maybe<bool> WriteHostObject(v8::Isolate*, v8::Local<v8::Object> object) override;
  v8::Maybe<uint32_t> GetSharedArrayBufferId(v8::Isolate*, v8::Local<v8::SharedArrayBuffer>) override;
  v8::Maybe<uint32_t> GetWasmModuleTransferId(v8::Isolate*, v8::Local<v8::WasmModuleObject>) override;
  void* ReallocateBufferMemory(void* old_buffer, size_t size, size_t* actual_size) override;
  void FreeBufferMemory(void* buffer) override;
  void put_back(uint8_t* data);

  nrv8_isolate& host_;
  const v8::Local<v8::Context> context_;
  const Purpose purpose_;
  bool on_scratch_ = false;
  bool too_large_ = false;
  v8::Local<v8::Value> value_;
  const char* name_ = "";
  /** Those that have more than V8 serializes. Global, since the serializer opens handle scopes of its own. */
  std::vector<v8::Global<v8::Object>> errors_;
  v8::ValueSerializer serializer_;
};

/** Bytes of a value's clone; 0: it cannot be cloned, or has more than so many. Leaves no exception but a termination.
 */
size_t clone_bytes(nrv8_isolate& host, v8::Local<v8::Context> context, v8::Local<v8::Value> value, size_t bytes_max);

/** Records (first, second) in the format of PayloadWriter; messages call the second "data". False: an exception is
 * pending. */
bool record_pair(nrv8_isolate& host, v8::Local<v8::Context> context, uint32_t type, uint32_t request_id,
                 v8::Local<v8::Value> first, v8::Local<v8::Value> second);

/** The same for one value, which messages call "value". */
bool record_value(nrv8_isolate& host, v8::Local<v8::Context> context, uint32_t type, uint32_t request_id,
                  v8::Local<v8::Value> value);

/** Throws the guest's RangeError for a message over the limit. */
void throw_too_large(nrv8_isolate& host, size_t length);

/** What the prelude does for platform objects in a structured clone; see StructuredClone in prelude/core/engine.ts. */
struct PlatformCloning {
  /** Array of the platform objects that are transferred, or undefined. */
  v8::Local<v8::Value> transferred;
  /** () => what they became, in an array of the same order. */
  v8::Local<v8::Value> transfer;
  /** (object) => anything. */
  v8::Local<v8::Value> serialize;
  /** (anything) => object. */
  v8::Local<v8::Value> deserialize;
};

/** HTML's StructuredSerializeWithTransfer, then StructuredDeserializeWithTransfer; `transfer` holds the ArrayBuffers.
 * Empty: an exception is pending. */
v8::MaybeLocal<v8::Value> structured_clone(nrv8_isolate& host, v8::Local<v8::Context> context,
                                           v8::Local<v8::Value> value, v8::Local<v8::Value> transfer,
                                           const PlatformCloning& platform);

/** A payload from the host (any NR_ENCODING_* but sources). False: not what the encoding says, or terminated. Never
 * runs guest code. */
bool read_value(v8::Local<v8::Context> context, uint32_t encoding, const uint8_t* bytes, size_t length,
                v8::Local<v8::Value>* value);
bool read_pair(v8::Local<v8::Context> context, uint32_t encoding, const uint8_t* bytes, size_t length,
               v8::Local<v8::Value>* first, v8::Local<v8::Value>* second);

/** Text in one of three encodings; code units of UTF-16 may be unaligned. Empty: too long for V8. */
enum class TextEncoding { kLatin1, kUtf16, kUtf8 };
v8::MaybeLocal<v8::String> read_text(v8::Isolate* isolate, TextEncoding encoding, const uint8_t* bytes, size_t length);

}  // namespace nr

#endif  // NR_V8_WIRE_SERIALIZE_H_
