#ifndef NR_V8_OPS_CRYPTO_BYTES_H_
#define NR_V8_OPS_CRYPTO_BYTES_H_

#include <cstdint>
#include <span>

#include "v8.h"

namespace nr::crypto {

/** The bytes of an ArrayBufferView argument (none of anything else), valid until JavaScript runs again. */
class Bytes {
 public:
  explicit Bytes(v8::Local<v8::Value> value) {
    if (!value->IsArrayBufferView()) return;
    const auto contents = value.As<v8::ArrayBufferView>()->GetContents({storage_, sizeof storage_});
    data_ = contents.data();
    size_ = contents.size();
  }
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;

  /** Never null: libcrypto takes null for "absent". */
  const uint8_t* data() const { return data_ == nullptr ? storage_ : data_; }
  size_t size() const { return size_; }
  std::span<const uint8_t> span() const { return {data(), size_}; }

 private:
  // V8 keeps typed arrays up to this size in its heap.
  uint8_t storage_[64];
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

/** A new ArrayBuffer under construction. Without memory for it a RangeError is pending and it is false. */
class Output {
 public:
  Output(v8::Isolate* isolate, size_t size);

  explicit operator bool() const { return !buffer_.IsEmpty(); }
  uint8_t* data() const { return static_cast<uint8_t*>(buffer_->Data()); }
  size_t size() const { return buffer_->ByteLength(); }
  v8::Local<v8::ArrayBuffer> buffer() const { return buffer_; }

 private:
  v8::Local<v8::ArrayBuffer> buffer_;
};

/** A new ArrayBuffer with these bytes; empty with a RangeError pending. */
v8::MaybeLocal<v8::ArrayBuffer> new_buffer(v8::Isolate* isolate, std::span<const uint8_t> bytes);

/** An unsigned 32-bit argument, 0 for anything else. */
inline uint32_t to_uint32(v8::Local<v8::Value> value) {
  return value->IsUint32() ? value.As<v8::Uint32>()->Value() : 0;
}

}  // namespace nr::crypto

#endif  // NR_V8_OPS_CRYPTO_BYTES_H_
