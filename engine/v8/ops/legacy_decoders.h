#ifndef NR_V8_OPS_LEGACY_DECODERS_H_
#define NR_V8_OPS_LEGACY_DECODERS_H_

#include <cstddef>
#include <cstdint>

namespace nr {

/** The numbers of prelude/encoding/legacy.ts; single-byte encodings follow, in the order of kSingleByte. */
enum class Legacy : uint32_t {
  kUtf16Le = 0,
  kUtf16Be = 1,
  kGb18030 = 2,
  kBig5 = 3,
  kEucJp = 4,
  kIso2022Jp = 5,
  kShiftJis = 6,
  kEucKr = 7,
  kUserDefined = 8,
  kSingleByte = 9,
};

/** A decoder's state between chunks, all zero at first. What each byte means is the decoder's to know. */
inline constexpr size_t kLegacyStateSize = 8;

/** UTF-16 that is written to; decoding n bytes never needs more than n + kLegacyStateSize code units. */
struct Utf16Output {
  uint16_t* units;
  size_t length = 0;
  /** A malformed sequence was met. */
  bool malformed = false;

  void put(uint32_t code_point) {
    if (code_point > 0xffff) {
      code_point -= 0x10000;
      units[length++] = static_cast<uint16_t>(0xd800 + (code_point >> 10));
      code_point = 0xdc00 + (code_point & 0x3ff);
    }
    units[length++] = static_cast<uint16_t>(code_point);
  }
  void put_error() {
    malformed = true;
    put(0xfffd);
  }
};

/** Decodes a chunk; last: it is the stream's end. False: there is no such encoding. */
bool legacy_decode(uint32_t encoding, const uint8_t* bytes, size_t length, bool last, uint8_t* state,
                   Utf16Output* output);

}  // namespace nr

#endif  // NR_V8_OPS_LEGACY_DECODERS_H_
