#ifndef NR_V8_OPS_ENCODING_TABLES_H_
#define NR_V8_OPS_ENCODING_TABLES_H_

#include <cstddef>
#include <cstdint>

namespace nr {

// The indexes of the Encoding Standard, written by engine/encodings/build.ts: code points by pointer, 0 = none.
inline constexpr size_t kSingleByteCount = 27;

extern const uint16_t kJis0208[11280];
extern const uint16_t kJis0212[8836];
extern const uint16_t kEucKr[23940];
extern const uint32_t kBig5[19782];
extern const uint16_t kGb18030[23940];
/** Pairs of a pointer and the code point that the range from there on starts with. */
extern const uint16_t kGb18030Ranges[];
extern const size_t kGb18030RangesLength;
/** For each single-byte encoding the upper 128 bytes. */
extern const uint16_t kSingleByte[kSingleByteCount * 128];

}  // namespace nr

#endif  // NR_V8_OPS_ENCODING_TABLES_H_
