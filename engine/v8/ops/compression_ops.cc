// Compression Streams: https://compression.spec.whatwg.org/
//
// All that a stream holds lives in ArrayBuffers that no guest ever sees: they are counted, collected and disposed of
// like any others.

#include <algorithm>
#include <cstring>

#include "ops/codec.h"
#include "ops/ops.h"
#include "wire/errors.h"

namespace nr {
namespace {

// The number of prelude/streams/compression.ts; those below are zlib's.
constexpr uint32_t kBrotli = 3;
// A chunk of output: small enough that a bomb meets the memory limit or the reader's pace at once.
constexpr size_t kOutputBytes = 64 * 1024;
// Of input in one call: between two calls the guest can be terminated.
constexpr size_t kInputBytesMax = 1024 * 1024;
constexpr uint32_t kMagic = 0x7a6c6962;

Codec* codec_of(v8::Local<v8::Value> value) {
  if (!value->IsArrayBuffer()) return nullptr;
  const auto buffer = value.As<v8::ArrayBuffer>();
  if (buffer->ByteLength() < sizeof(Codec)) return nullptr;
  auto* const codec = static_cast<Codec*>(buffer->Data());
  return codec->magic == kMagic ? codec : nullptr;
}

}  // namespace

/** (decompresses, format) -> the stream's buffer. */
void op_codec_new(const OpInfo& info) {
  v8::Isolate* const isolate = info.GetIsolate();
  if (!info[2]->IsUint32() || info[2].As<v8::Uint32>()->Value() > kBrotli) return;
  const bool decompresses = info[1]->IsTrue();
  const uint32_t format = info[2].As<v8::Uint32>()->Value();
  const bool brotli = format == kBrotli;
  v8::Local<v8::ArrayBuffer> buffer;
  if (!v8::ArrayBuffer::MaybeNew(isolate, brotli ? brotli_codec_size() : zlib_codec_size(decompresses))
           .ToLocal(&buffer)) {
    return throw_range_error(isolate, "Array buffer allocation failed");
  }
  auto* const codec = static_cast<Codec*>(buffer->Data());
  codec->magic = kMagic;
  codec->decompresses = decompresses;
  codec->brotli = brotli;
  const bool started =
      brotli ? brotli_codec_start(isolate->GetCurrentContext(), buffer, codec) : zlib_codec_start(codec, format);
  if (!started) return throw_range_error(isolate, "Array buffer allocation failed");
  info.GetReturnValue().Set(buffer);
}

/** (buffer, input, offset, last) -> a chunk of output, if there is any. */
void op_codec_run(const OpInfo& info) {
  v8::Isolate* const isolate = info.GetIsolate();
  Codec* const codec = codec_of(info[1]);
  if (codec == nullptr || !info[2]->IsUint8Array() || !info[3]->IsNumber()) return;
  const auto view = info[2].As<v8::Uint8Array>();
  const size_t length = view->ByteLength();
  const double offset_number = info[3].As<v8::Number>()->Value();
  const size_t offset =
      offset_number >= 0 && offset_number < static_cast<double>(length) ? static_cast<size_t>(offset_number) : length;
  const size_t left = length - offset;
  const size_t count = std::min(left, kInputBytesMax);
  const v8::Local<v8::ArrayBuffer> source = view->Buffer();
  uint8_t output[kOutputBytes];
  CodecData data = {nullptr, count, output, kOutputBytes, info[4]->IsTrue() && count == left};
  if (count != 0) data.input = static_cast<uint8_t*>(source->Data()) + view->ByteOffset() + offset;
  codec->status = CodecStatus::kEnded;
  if (!codec->ended) {
    codec->status = codec->brotli
                        ? brotli_codec_run(isolate->GetCurrentContext(), info[1].As<v8::ArrayBuffer>(), codec, &data)
                        : zlib_codec_run(codec, &data);
  }
  codec->consumed = static_cast<uint32_t>(count - data.input_length);
  codec->ended = codec->status != CodecStatus::kInputUsed && codec->status != CodecStatus::kMoreOutput;
  const size_t written = kOutputBytes - data.output_length;
  v8::Local<v8::ArrayBuffer> buffer;
  if (codec->status == CodecStatus::kOutOfMemory) return throw_range_error(isolate, "Array buffer allocation failed");
  if (written == 0) return;
  if (!v8::ArrayBuffer::MaybeNew(isolate, written, v8::BackingStoreInitializationMode::kUninitialized)
           .ToLocal(&buffer)) {
    return throw_range_error(isolate, "Array buffer allocation failed");
  }
  memcpy(buffer->Data(), output, written);
  info.GetReturnValue().Set(v8::Uint8Array::New(buffer, 0, written));
}

}  // namespace nr
