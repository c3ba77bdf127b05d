// Deflate and inflate: https://compression.spec.whatwg.org/
//
// The zlib is the one in V8's archive, Chromium's, whose symbols have a prefix. All that a stream holds lives in one
// ArrayBuffer that no guest ever sees: it is counted, collected and disposed of like any other, and nothing in it needs
// an end.

#include <cstring>
#include <iterator>

#include "errors.h"
#include "ops.h"

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

int Cr_z_deflateInit2_(nr_z_stream* stream, int level, int method, int window_bits, int memory_level, int strategy,
                       const char* version, int stream_size);
int Cr_z_inflateInit2_(nr_z_stream* stream, int window_bits, const char* version, int stream_size);
int Cr_z_deflate(nr_z_stream* stream, int flush);
int Cr_z_inflate(nr_z_stream* stream, int flush);
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
constexpr char kVersion[] = "1.3.1";
// Window bits, by the formats of prelude/compression.ts: deflate, deflate-raw, gzip.
constexpr int kWindowBits[] = {15, -15, 15 + 16};

constexpr size_t kAlignment = 64;
// What zlib asks for at these settings, with a reserve.
constexpr size_t kDeflateBytes = 320 * 1024;
constexpr size_t kInflateBytes = 64 * 1024;
// A chunk of output: small enough that a bomb meets the memory limit or the reader's pace at once.
constexpr size_t kOutputBytes = 64 * 1024;
// Of input in one call: between two calls the guest can be terminated.
constexpr size_t kInputBytesMax = 1024 * 1024;

/** What prelude/compression.ts reads after a call. */
enum class Status : uint32_t { kInputUsed = 0, kMoreOutput = 1, kEnded = 2, kMalformed = 3 };

/** At the start of the buffer; the prelude reads the first two fields. */
struct Codec {
  uint32_t consumed;
  Status status;
  uint32_t magic;
  bool inflates;
  bool ended;
  size_t capacity;
  size_t used;
  nr_z_stream stream;
};
constexpr uint32_t kMagic = 0x7a6c6962;

size_t aligned(size_t bytes) { return (bytes + kAlignment - 1) & ~(kAlignment - 1); }

void* arena_alloc(void* opaque, unsigned int items, unsigned int size) {
  Codec& codec = *static_cast<Codec*>(opaque);
  const size_t bytes = aligned(size_t{items} * size);
  if (bytes > codec.capacity - codec.used) return nullptr;
  void* const block = reinterpret_cast<uint8_t*>(&codec) + codec.used;
  codec.used += bytes;
  return block;
}

void arena_free(void*, void*) {}

Codec* codec_of(v8::Local<v8::Value> value) {
  if (!value->IsArrayBuffer()) return nullptr;
  const auto buffer = value.As<v8::ArrayBuffer>();
  if (buffer->ByteLength() < sizeof(Codec)) return nullptr;
  auto* const codec = static_cast<Codec*>(buffer->Data());
  return codec->magic == kMagic ? codec : nullptr;
}

int run(Codec& codec, bool last) {
  return codec.inflates ? Cr_z_inflate(&codec.stream, kNoFlush)
                        : Cr_z_deflate(&codec.stream, last ? kFinish : kNoFlush);
}

Status status_of(const Codec& codec, int result) {
  if (result == kStreamEnd) return Status::kEnded;
  // Nothing could be done, for want of input or of output.
  if (result != kOk && result != kBufferError) return Status::kMalformed;
  return codec.stream.avail_out == 0 ? Status::kMoreOutput : Status::kInputUsed;
}

}  // namespace

/** (inflates, format) -> the stream's buffer. */
void op_codec_new(const OpInfo& info) {
  v8::Isolate* const isolate = info.GetIsolate();
  if (!info[2]->IsUint32() || info[2].As<v8::Uint32>()->Value() >= std::size(kWindowBits)) return;
  const bool inflates = info[1]->IsTrue();
  const size_t bytes = inflates ? kInflateBytes : kDeflateBytes;
  v8::Local<v8::ArrayBuffer> buffer;
  if (!v8::ArrayBuffer::MaybeNew(isolate, bytes).ToLocal(&buffer)) {
    return throw_range_error(isolate, "Array buffer allocation failed");
  }
  Codec& codec = *static_cast<Codec*>(buffer->Data());
  codec.magic = kMagic;
  codec.inflates = inflates;
  codec.capacity = bytes;
  codec.used = aligned(sizeof(Codec));
  codec.stream.zalloc = arena_alloc;
  codec.stream.zfree = arena_free;
  codec.stream.opaque = &codec;
  const int window_bits = kWindowBits[info[2].As<v8::Uint32>()->Value()];
  const int result = inflates
                         ? Cr_z_inflateInit2_(&codec.stream, window_bits, kVersion, sizeof(nr_z_stream))
                         : Cr_z_deflateInit2_(&codec.stream, kDefaultLevel, kDeflated, window_bits, kDefaultMemoryLevel,
                                              kDefaultStrategy, kVersion, sizeof(nr_z_stream));
  if (result != kOk) return throw_range_error(isolate, "The compression library could not be started");
  info.GetReturnValue().Set(buffer);
}

/** (buffer, input, offset, last) -> a chunk of output, if there is any. */
void op_codec_run(const OpInfo& info) {
  v8::Isolate* const isolate = info.GetIsolate();
  Codec* const codec = codec_of(info[1]);
  if (codec == nullptr || !info[2]->IsUint8Array() || !info[3]->IsNumber()) return;
  codec->consumed = 0;
  codec->status = Status::kInputUsed;
  const auto view = info[2].As<v8::Uint8Array>();
  const size_t length = view->ByteLength();
  const double offset_number = info[3].As<v8::Number>()->Value();
  const size_t offset =
      offset_number >= 0 && offset_number < static_cast<double>(length) ? static_cast<size_t>(offset_number) : length;
  const size_t left = length - offset;
  const size_t count = left < kInputBytesMax ? left : kInputBytesMax;
  const v8::Local<v8::ArrayBuffer> source = view->Buffer();
  uint8_t output[kOutputBytes];
  nr_z_stream& stream = codec->stream;
  stream.next_in = count == 0 ? nullptr : static_cast<uint8_t*>(source->Data()) + view->ByteOffset() + offset;
  stream.avail_in = static_cast<unsigned int>(count);
  stream.next_out = output;
  stream.avail_out = kOutputBytes;
  const int result = codec->ended ? kStreamEnd : run(*codec, info[4]->IsTrue() && count == left);
  codec->consumed = static_cast<uint32_t>(count - stream.avail_in);
  codec->status = status_of(*codec, result);
  codec->ended = codec->status == Status::kEnded;
  const size_t written = kOutputBytes - stream.avail_out;
  stream.next_in = nullptr;
  stream.next_out = nullptr;
  if (written == 0) return;
  v8::Local<v8::ArrayBuffer> buffer;
  if (!v8::ArrayBuffer::MaybeNew(isolate, written, v8::BackingStoreInitializationMode::kUninitialized)
           .ToLocal(&buffer)) {
    return throw_range_error(isolate, "Array buffer allocation failed");
  }
  memcpy(buffer->Data(), output, written);
  info.GetReturnValue().Set(v8::Uint8Array::New(buffer, 0, written));
}

}  // namespace nr
