#ifndef NR_V8_OPS_LEGACY_TWO_BYTE_H_
#define NR_V8_OPS_LEGACY_TWO_BYTE_H_

// The decoders of encodings whose characters are a byte, or a lead and a trail byte; see legacy_decoders.cc.

#include <cstddef>
#include <cstdint>

#include "ops/encoding_tables.h"
#include "ops/legacy_decoders.h"

namespace nr {

inline bool between(uint8_t byte, uint8_t low, uint8_t high) { return byte >= low && byte <= high; }
inline bool is_ascii(uint8_t byte) { return byte < 0x80; }

template <typename T, size_t N>
uint32_t look_up(const T (&index)[N], size_t pointer) {
  return pointer < N ? index[pointer] : 0;
}

/** What the decoders of lead and trail bytes have in common: state byte 0 is the lead. */
class TwoByte {
 public:
  TwoByte(uint8_t* state, Utf16Output* output) : lead_(state[0]), output_(*output) {}

  void end() {
    if (lead_ == 0) return;
    lead_ = 0;
    output_.put_error();
  }

 protected:
  uint8_t take_lead() {
    const uint8_t lead = lead_;
    lead_ = 0;
    return lead;
  }

  /** The first byte of a character, where lead bytes are 0x81 to 0xfe. */
  void begin(uint8_t byte) {
    if (is_ascii(byte)) return output_.put(byte);
    if (!between(byte, 0x81, 0xfe)) return output_.put_error();
    lead_ = byte;
  }

  /** code_point 0: malformed, and an ASCII trail byte stands for itself. */
  void put_or_fail(uint32_t code_point, uint8_t byte) {
    if (code_point != 0) return output_.put(code_point);
    output_.put_error();
    if (is_ascii(byte)) output_.put(byte);
  }

  uint8_t& lead_;
  Utf16Output& output_;
};

/** https://encoding.spec.whatwg.org/#big5-decoder */
class Big5 : public TwoByte {
 public:
  using TwoByte::TwoByte;

  void next(uint8_t byte) {
    if (lead_ == 0) return begin(byte);
    const uint8_t lead = take_lead();
    if (!between(byte, 0x40, 0x7e) && !between(byte, 0xa1, 0xfe)) return put_or_fail(0, byte);
    const size_t pointer = size_t(lead - 0x81) * 157 + (byte - (byte < 0x7f ? 0x40 : 0x62));
    switch (pointer) {
      case 1133:
        return put_two(0xca, 0x304);
      case 1135:
        return put_two(0xca, 0x30c);
      case 1164:
        return put_two(0xea, 0x304);
      case 1166:
        return put_two(0xea, 0x30c);
      default:
        return put_or_fail(look_up(kBig5, pointer), byte);
    }
  }

 private:
  void put_two(uint32_t first, uint32_t second) {
    output_.put(first);
    output_.put(second);
  }
};

/** https://encoding.spec.whatwg.org/#euc-kr-decoder */
class EucKr : public TwoByte {
 public:
  using TwoByte::TwoByte;

  void next(uint8_t byte) {
    if (lead_ == 0) return begin(byte);
    const uint8_t lead = take_lead();
    if (!between(byte, 0x41, 0xfe)) return put_or_fail(0, byte);
    put_or_fail(look_up(kEucKr, size_t(lead - 0x81) * 190 + (byte - 0x41)), byte);
  }
};

/** https://encoding.spec.whatwg.org/#shift_jis-decoder */
class ShiftJis : public TwoByte {
 public:
  using TwoByte::TwoByte;

  void next(uint8_t byte) {
    if (lead_ == 0) {
      if (byte <= 0x80) return output_.put(byte);
      if (between(byte, 0xa1, 0xdf)) return output_.put(0xff61 - 0xa1 + byte);
      if (between(byte, 0x81, 0x9f) || between(byte, 0xe0, 0xfc)) {
        lead_ = byte;
        return;
      }
      return output_.put_error();
    }
    const uint8_t lead = take_lead();
    if (!between(byte, 0x40, 0x7e) && !between(byte, 0x80, 0xfc)) return put_or_fail(0, byte);
    const size_t pointer = size_t(lead - (lead < 0xa0 ? 0x81 : 0xc1)) * 188 + (byte - (byte < 0x7f ? 0x40 : 0x41));
    if (pointer >= 8836 && pointer <= 10715) return output_.put(static_cast<uint32_t>(0xe000 - 8836 + pointer));
    put_or_fail(look_up(kJis0208, pointer), byte);
  }
};

/** https://encoding.spec.whatwg.org/#euc-jp-decoder. State byte 1: the lead is JIS X 0212's. */
class EucJp : public TwoByte {
 public:
  EucJp(uint8_t* state, Utf16Output* output) : TwoByte(state, output), jis0212_(state[1]) {}

  void next(uint8_t byte) {
    if (lead_ == 0) {
      if (is_ascii(byte)) return output_.put(byte);
      if (byte == 0x8e || byte == 0x8f || between(byte, 0xa1, 0xfe)) {
        lead_ = byte;
        return;
      }
      return output_.put_error();
    }
    if (lead_ == 0x8f && jis0212_ == 0 && between(byte, 0xa1, 0xfe)) {
      jis0212_ = 1;
      lead_ = byte;
      return;
    }
    const uint8_t lead = take_lead();
    if (lead == 0x8e && between(byte, 0xa1, 0xdf)) return output_.put(0xff61 - 0xa1 + byte);
    const bool jis0212 = jis0212_ != 0;
    jis0212_ = 0;
    if (!between(lead, 0xa1, 0xfe) || !between(byte, 0xa1, 0xfe)) return put_or_fail(0, byte);
    const size_t pointer = size_t(lead - 0xa1) * 94 + (byte - 0xa1);
    put_or_fail(jis0212 ? look_up(kJis0212, pointer) : look_up(kJis0208, pointer), byte);
  }

  void end() {
    jis0212_ = 0;
    TwoByte::end();
  }

 private:
  uint8_t& jis0212_;
};

}  // namespace nr

#endif  // NR_V8_OPS_LEGACY_TWO_BYTE_H_
