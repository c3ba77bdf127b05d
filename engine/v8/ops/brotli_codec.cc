// Brotli, RFC 7932, by its reference implementation.
//
// It asks for memory as it goes. Each block it gets is an ArrayBuffer, so that it counts for the isolate, kept in a
// list that hangs on the stream's own buffer by a private symbol: all of them are collected with it, without a
// finalizer.
//
// The encoder ends the process when it gets no memory. So it always gets some: beyond the isolate's limit from malloc,
// and then the isolate is ended, as it is when V8 finds the limit passed.

#include <brotli/decode.h>
#include <brotli/encode.h>

#include <algorithm>
#include <iterator>

#include "isolate.h"
#include "ops/codec.h"
#include "wire/errors.h"

namespace nr {
namespace {

// As much as deflate's best takes, for a better ratio; the library's own default of 11 takes fifty times as long.
constexpr uint32_t kQuality = 6;
// A window of 512 KiB: a stream takes 3 MB and not 12, for about one per cent of the ratio.
constexpr uint32_t kWindowBits = 19;
/** Of one stream at a time. An encoder holds some 30. */
constexpr size_t kBlocksMax = 128;

class Blocks;

struct BrotliCodec {
  Codec codec;
  BrotliDecoderState* decoder;
  BrotliEncoderState* encoder;
  /** While one of the library's functions runs. */
  Blocks* blocks;
  /** Where the blocks are, in the order of the list. Null: not in use. */
  void* addresses[kBlocksMax];
};

BrotliCodec& brotli_of(Codec* codec) { return *reinterpret_cast<BrotliCodec*>(codec); }

/** The list of a stream's blocks, for as long as a call takes. */
class Blocks {
 public:
  Blocks(v8::Local<v8::Context> context, v8::Local<v8::ArrayBuffer> buffer, Codec* codec)
      : context_(context), isolate_(v8::Isolate::GetCurrent()), codec_(brotli_of(codec)) {
    v8::Local<v8::Value> list;
    if (buffer->GetPrivate(context, key()).ToLocal(&list) && list->IsArray()) list_ = list.As<v8::Array>();
    codec_.blocks = this;
  }
  ~Blocks() { codec_.blocks = nullptr; }
  Blocks(const Blocks&) = delete;
  Blocks& operator=(const Blocks&) = delete;

  /** Of a new stream. False: not enough memory. */
  bool create(v8::Local<v8::ArrayBuffer> buffer) {
    list_ = v8::Array::New(isolate_);
    return buffer->SetPrivate(context_, key(), list_).FromMaybe(false);
  }

  static void* allocate(void* opaque, size_t size) { return static_cast<BrotliCodec*>(opaque)->blocks->add(size); }
  static void release(void* opaque, void* address) { static_cast<BrotliCodec*>(opaque)->blocks->remove(address); }

 private:
  v8::Local<v8::Private> key() const { return v8::Private::ForApi(isolate_, ascii(isolate_, "brotli blocks")); }

  void* add(size_t size) {
    void* const block = add_buffer(size);
    return block != nullptr || codec_.codec.decompresses ? block : host().overdraft.add(size);
  }

  void* add_buffer(size_t size) {
    void** const place = std::find(codec_.addresses, std::end(codec_.addresses), nullptr);
    if (place == std::end(codec_.addresses) || list_.IsEmpty()) return nullptr;
    const v8::HandleScope handles(isolate_);
    v8::Local<v8::ArrayBuffer> block;
    if (!v8::ArrayBuffer::MaybeNew(isolate_, size, v8::BackingStoreInitializationMode::kUninitialized)
             .ToLocal(&block) ||
        !list_->CreateDataProperty(context_, index_of(place), block).FromMaybe(false)) {
      return nullptr;
    }
    return *place = block->Data();
  }

  void remove(void* address) {
    if (address == nullptr) return;
    void** const place = std::find(codec_.addresses, std::end(codec_.addresses), address);
    if (place == std::end(codec_.addresses)) return host().overdraft.remove(address);
    *place = nullptr;
    const v8::HandleScope handles(isolate_);
    v8::Local<v8::Value> block;
    if (!list_->Get(context_, index_of(place)).ToLocal(&block) || !block->IsArrayBuffer()) return;
    // Its memory is given back now, not when the heap is next collected.
    static_cast<void>(block.As<v8::ArrayBuffer>()->Detach({}));
  }

  nrv8_isolate& host() const { return *nrv8_isolate::of(isolate_); }
  uint32_t index_of(void** place) const { return static_cast<uint32_t>(place - codec_.addresses); }

  const v8::Local<v8::Context> context_;
  v8::Isolate* const isolate_;
  BrotliCodec& codec_;
  v8::Local<v8::Array> list_;
};

CodecStatus decode(BrotliDecoderState* decoder, CodecData* data) {
  const BrotliDecoderResult result = BrotliDecoderDecompressStream(decoder, &data->input_length, &data->input,
                                                                   &data->output_length, &data->output, nullptr);
  switch (result) {
    case BROTLI_DECODER_RESULT_SUCCESS:
      return CodecStatus::kEnded;
    case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT:
      return CodecStatus::kInputUsed;
    case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT:
      return CodecStatus::kMoreOutput;
    case BROTLI_DECODER_RESULT_ERROR:
      break;
  }
  const BrotliDecoderErrorCode error = BrotliDecoderGetErrorCode(decoder);
  const bool no_memory =
      error <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES && error >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES;
  return no_memory ? CodecStatus::kOutOfMemory : CodecStatus::kMalformed;
}

CodecStatus encode(BrotliEncoderState* encoder, CodecData* data) {
  const BrotliEncoderOperation operation = data->last ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_PROCESS;
  if (BrotliEncoderCompressStream(encoder, operation, &data->input_length, &data->input, &data->output_length,
                                  &data->output, nullptr) == BROTLI_FALSE) {
    return CodecStatus::kOutOfMemory;
  }
  if (BrotliEncoderIsFinished(encoder) != BROTLI_FALSE) return CodecStatus::kEnded;
  return BrotliEncoderHasMoreOutput(encoder) != BROTLI_FALSE ? CodecStatus::kMoreOutput : CodecStatus::kInputUsed;
}

}  // namespace

size_t brotli_codec_size() { return sizeof(BrotliCodec); }

bool brotli_codec_start(v8::Local<v8::Context> context, v8::Local<v8::ArrayBuffer> buffer, Codec* codec) {
  Blocks blocks(context, buffer, codec);
  if (!blocks.create(buffer)) return false;
  BrotliCodec& brotli = brotli_of(codec);
  if (codec->decompresses) {
    brotli.decoder = BrotliDecoderCreateInstance(Blocks::allocate, Blocks::release, &brotli);
    return brotli.decoder != nullptr;
  }
  brotli.encoder = BrotliEncoderCreateInstance(Blocks::allocate, Blocks::release, &brotli);
  return brotli.encoder != nullptr &&
         BrotliEncoderSetParameter(brotli.encoder, BROTLI_PARAM_QUALITY, kQuality) != BROTLI_FALSE &&
         BrotliEncoderSetParameter(brotli.encoder, BROTLI_PARAM_LGWIN, kWindowBits) != BROTLI_FALSE;
}

CodecStatus brotli_codec_run(v8::Local<v8::Context> context, v8::Local<v8::ArrayBuffer> buffer, Codec* codec,
                             CodecData* data) {
  const Blocks blocks(context, buffer, codec);
  const BrotliCodec& brotli = brotli_of(codec);
  return codec->decompresses ? decode(brotli.decoder, data) : encode(brotli.encoder, data);
}

}  // namespace nr
