// Deflate, zlib and gzip, by Debian's zlib. All that a stream holds
// lies in its buffer, behind its state, so nothing in it needs an end.

#include <iterator>

#include "ops/codec.h"

// zlib.h's, which the archive comes without. A public, frozen ABI.
extern "C" {
struct nr_z_stream {
  const uint8_t* next_in;
  unsigned int avail_in;
  unsigned long total_in;
  uint8_t* next_out;
  unsigned int avail_out;
  unsigned long total_out;
  const char* msg;
  void* state;
  void* (*zalloc)(void* opaque, unsigned int items, unsigned int size);
  void (*zfree)(void* opaque, void* address);
  void* opaque;
  int data_type;
  unsigned long adler;
  unsigned long reserved;
};

int deflateInit2_(nr_z_stream* stream, int level, int method, int window_bits, int memory_level, int strategy,
                  const char* version, int stream_size);
int inflateInit2_(nr_z_stream* stream, int window_bits, const char* version, int stream_size);
int deflate(nr_z_stream* stream, int flush);
int inflate(nr_z_stream* stream, int flush);
}

namespace nr {
namespace {

// Of zlib.h.
constexpr int kOk = 0;
constexpr int kStreamEnd = 1;
constexpr int kBufferError = -5;
constexpr int kNoFlush = 0;
constexpr int kFinish = 4;
constexpr int kDeflated = 8;
constexpr int kDefaultLevel = -1;
constexpr int kDefaultMemoryLevel = 8;
constexpr int kDefaultStrategy = 0;
constexpr char kVersion[] = "1.2.13";
// Window bits, by the formats of prelude/streams/compression.ts: deflate, deflate-raw, gzip.
constexpr int kWindowBits[] = {15, -15, 15 + 16};

constexpr size_t kAlignment = 64;
// What zlib asks for at these settings, with a reserve.
constexpr size_t kDeflateBytes = 320 * 1024;
constexpr size_t kInflateBytes = 64 * 1024;

struct ZlibCodec {
  Codec codec;
  size_t capacity;
  size_t used;
  nr_z_stream stream;
};

ZlibCodec& zlib_of(Codec* codec) { return *reinterpret_cast<ZlibCodec*>(codec); }

size_t aligned(size_t bytes) { return (bytes + kAlignment - 1) & ~(kAlignment - 1); }

void* arena_alloc(void* opaque, unsigned int items, unsigned int size) {
  ZlibCodec& codec = *static_cast<ZlibCodec*>(opaque);
  const size_t bytes = aligned(size_t{items} * size);
  if (bytes > codec.capacity - codec.used) return nullptr;
  void* const block = reinterpret_cast<uint8_t*>(&codec) + codec.used;
  codec.used += bytes;
  return block;
}

void arena_free(void*, void*) {}

}  // namespace

size_t zlib_codec_size(bool decompresses) { return decompresses ? kInflateBytes : kDeflateBytes; }

bool zlib_codec_start(Codec* codec, uint32_t format) {
  if (format >= std::size(kWindowBits)) return false;
  ZlibCodec& zlib = zlib_of(codec);
  zlib.capacity = zlib_codec_size(codec->decompresses);
  zlib.used = aligned(sizeof(ZlibCodec));
  nr_z_stream& stream = zlib.stream;
  stream.zalloc = arena_alloc;
  stream.zfree = arena_free;
  stream.opaque = &zlib;
  const int window_bits = kWindowBits[format];
  const int result = codec->decompresses
                         ? inflateInit2_(&stream, window_bits, kVersion, sizeof stream)
                         : deflateInit2_(&stream, kDefaultLevel, kDeflated, window_bits, kDefaultMemoryLevel,
                                         kDefaultStrategy, kVersion, sizeof stream);
  return result == kOk;
}

CodecStatus zlib_codec_run(Codec* codec, CodecData* data) {
  nr_z_stream& stream = zlib_of(codec).stream;
  stream.next_in = data->input;
  stream.avail_in = static_cast<unsigned int>(data->input_length);
  stream.next_out = data->output;
  stream.avail_out = static_cast<unsigned int>(data->output_length);
  const int result =
      codec->decompresses ? inflate(&stream, kNoFlush) : deflate(&stream, data->last ? kFinish : kNoFlush);
  data->input = stream.next_in;
  data->input_length = stream.avail_in;
  data->output = stream.next_out;
  data->output_length = stream.avail_out;
  stream.next_in = nullptr;
  stream.next_out = nullptr;
  if (result == kStreamEnd) return CodecStatus::kEnded;
  // Nothing could be done, for want of input or of output.
  if (result != kOk && result != kBufferError) return CodecStatus::kMalformed;
  return data->output_length == 0 ? CodecStatus::kMoreOutput : CodecStatus::kInputUsed;
}

}  // namespace nr
