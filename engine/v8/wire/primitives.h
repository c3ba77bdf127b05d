#ifndef NR_V8_WIRE_PRIMITIVES_H_
#define NR_V8_WIRE_PRIMITIVES_H_

#include <cstddef>
#include <cstdint>

#include "v8.h"

namespace nr {

/** Writes small primitives in V8's wire format, without the cost of a ValueSerializer. */
class PrimitiveWriter {
 public:
  PrimitiveWriter();

  /** False: value is not a primitive, or does not fit; nothing was written. */
  bool write(v8::Isolate* isolate, v8::Local<v8::Value> value);

  uint8_t* data() { return bytes_; }
  size_t length() const { return length_; }

 private:
  static constexpr size_t kCapacity = 512;

  bool write_string(v8::Isolate* isolate, v8::Local<v8::String> text);
  void put(uint8_t byte) { bytes_[length_++] = byte; }
  void put_varint(uint32_t value);
  size_t room() const { return kCapacity - length_; }

  size_t length_ = 0;
  alignas(8) uint8_t bytes_[kCapacity];
};

}  // namespace nr

#endif  // NR_V8_WIRE_PRIMITIVES_H_
