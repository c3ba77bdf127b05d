// Decoding of the encodings that are not UTF-8.

#include <cstdlib>
#include <cstring>
#include <memory>

#include "ops/legacy_decoders.h"
#include "ops/ops.h"
#include "wire/errors.h"

namespace nr {
namespace {

// V8 keeps typed arrays up to this size in its heap; reading them there is cheaper than giving them a buffer.
constexpr size_t kOnHeapMax = 64;

struct Free {
  void operator()(uint16_t* units) const { free(units); }
};

}  // namespace

void op_legacy_decode(const OpInfo& info) {
  v8::Isolate* const isolate = info.GetIsolate();
  if (!info[1]->IsUint32() || !info[2]->IsUint8Array() || !info[5]->IsUint8Array()) return;
  const auto keeper = info[5].As<v8::Uint8Array>();
  if (keeper->ByteLength() != kLegacyStateSize) return;
  uint8_t state[kLegacyStateSize];
  keeper->CopyContents(state, sizeof state);
  uint8_t storage[kOnHeapMax];
  const v8::MemorySpan<uint8_t> bytes = info[2].As<v8::ArrayBufferView>()->GetContents({storage, sizeof storage});
  if (bytes.size() > static_cast<size_t>(v8::String::kMaxLength) - kLegacyStateSize) {
    return throw_range_error(isolate, "Invalid string length");
  }
  const std::unique_ptr<uint16_t, Free> units(
      static_cast<uint16_t*>(malloc((bytes.size() + kLegacyStateSize) * sizeof(uint16_t))));
  if (units == nullptr) return throw_range_error(isolate, "Out of memory");
  Utf16Output output{units.get()};
  if (!legacy_decode(info[1].As<v8::Uint32>()->Value(), bytes.data(), bytes.size(), info[4]->IsTrue(), state,
                     &output)) {
    return;
  }
  const bool failed = output.malformed && info[3]->IsTrue();
  if (failed) memset(state, 0, sizeof state);
  memcpy(static_cast<uint8_t*>(keeper->Buffer()->Data()) + keeper->ByteOffset(), state, sizeof state);
  v8::Local<v8::String> text;
  if (!failed &&
      v8::String::NewFromTwoByte(isolate, output.units, v8::NewStringType::kNormal, static_cast<int>(output.length))
          .ToLocal(&text)) {
    info.GetReturnValue().Set(text);
  }
}

}  // namespace nr
