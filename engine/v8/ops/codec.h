#ifndef NR_V8_OPS_CODEC_H_
#define NR_V8_OPS_CODEC_H_

#include <cstddef>
#include <cstdint>

#include "v8.h"

namespace nr {

/** What prelude/streams/compression.ts reads after a call. */
enum class CodecStatus : uint32_t { kInputUsed = 0, kMoreOutput = 1, kEnded = 2, kMalformed = 3, kOutOfMemory = 4 };

/** A compression stream, at the start of an ArrayBuffer that no guest ever sees. The prelude reads the first two
 * fields. */
struct Codec {
  uint32_t consumed;
  CodecStatus status;
  uint32_t magic;
  bool decompresses;
  bool brotli;
  bool ended;
};

/** A chunk of input and room for output; both are moved on by what was used of them. */
struct CodecData {
  const uint8_t* input;
  size_t input_length;
  uint8_t* output;
  size_t output_length;
  /** No input comes after this. */
  bool last;
};

// zlib_codec.cc. The whole of a stream is in its buffer.
/** Bytes of a new stream's buffer. */
size_t zlib_codec_size(bool decompresses);
/** format: deflate, deflate-raw, gzip. False: not enough memory. */
bool zlib_codec_start(Codec* codec, uint32_t format);
CodecStatus zlib_codec_run(Codec* codec, CodecData* data);

// brotli_codec.cc. What a stream allocates is ArrayBuffers as well, which live as long as its own.
size_t brotli_codec_size();
bool brotli_codec_start(v8::Local<v8::Context> context, v8::Local<v8::ArrayBuffer> buffer, Codec* codec);
CodecStatus brotli_codec_run(v8::Local<v8::Context> context, v8::Local<v8::ArrayBuffer> buffer, Codec* codec,
                             CodecData* data);

}  // namespace nr

#endif  // NR_V8_OPS_CODEC_H_
