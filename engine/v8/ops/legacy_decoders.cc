// The decoders of the Encoding Standard but UTF-8's: https://encoding.spec.whatwg.org/
//
// Each takes a byte at a time and keeps what it has of a sequence in its state. Bytes that the standard puts back into
// the stream are handled at once, by the same function, after the error.

#include "ops/legacy_decoders.h"

#include "ops/encoding_tables.h"
#include "ops/legacy_two_byte.h"

namespace nr {
namespace {

/** https://encoding.spec.whatwg.org/#gb18030-decoder */
class Gb18030 {
 public:
  Gb18030(uint8_t* state, Utf16Output* output)
      : first_(state[0]), second_(state[1]), third_(state[2]), output_(*output) {}

  void next(uint8_t byte) {
    if (third_ != 0) return fourth(byte);
    if (second_ != 0) {
      if (between(byte, 0x81, 0xfe)) {
        third_ = byte;
        return;
      }
      const uint8_t second = second_;
      clear();
      output_.put_error();
      next(second);
      return next(byte);
    }
    if (first_ != 0) return second(byte);
    if (is_ascii(byte)) return output_.put(byte);
    if (byte == 0x80) return output_.put(0x20ac);
    if (byte == 0xff) return output_.put_error();
    first_ = byte;
  }

  void end() {
    if (first_ == 0) return;
    clear();
    output_.put_error();
  }

 private:
  void clear() { first_ = second_ = third_ = 0; }

  void second(uint8_t byte) {
    if (between(byte, 0x30, 0x39)) {
      second_ = byte;
      return;
    }
    const uint8_t lead = first_;
    first_ = 0;
    uint32_t code_point = 0;
    if (between(byte, 0x40, 0x7e) || between(byte, 0x80, 0xfe)) {
      code_point = look_up(kGb18030, size_t(lead - 0x81) * 190 + (byte - (byte < 0x7f ? 0x40 : 0x41)));
    }
    if (code_point != 0) return output_.put(code_point);
    output_.put_error();
    if (is_ascii(byte)) output_.put(byte);
  }

  void fourth(uint8_t byte) {
    const uint8_t first = first_;
    const uint8_t second = second_;
    const uint8_t third = third_;
    clear();
    if (!between(byte, 0x30, 0x39)) {
      output_.put_error();
      next(second);
      next(third);
      return next(byte);
    }
    const uint32_t pointer =
        ((uint32_t(first - 0x81) * 10 + uint32_t(second - 0x30)) * 126 + uint32_t(third - 0x81)) * 10 + (byte - 0x30);
    const uint32_t code_point = range_code_point(pointer);
    if (code_point == 0) return output_.put_error();
    output_.put(code_point);
  }

  /** https://encoding.spec.whatwg.org/#index-gb18030-ranges-code-point */
  static uint32_t range_code_point(uint32_t pointer) {
    if (pointer > 39419) {
      if (pointer < 189000 || pointer > 1237575) return 0;
      return 0x10000 + (pointer - 189000);
    }
    size_t low = 0;
    size_t high = kGb18030RangesLength / 2;
    while (high - low > 1) {
      const size_t middle = low + (high - low) / 2;
      if (kGb18030Ranges[middle * 2] <= pointer) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return kGb18030Ranges[low * 2 + 1] + (pointer - kGb18030Ranges[low * 2]);
  }

  uint8_t& first_;
  uint8_t& second_;
  uint8_t& third_;
  Utf16Output& output_;
};

/** https://encoding.spec.whatwg.org/#iso-2022-jp-decoder */
class Iso2022Jp {
 public:
  Iso2022Jp(uint8_t* state, Utf16Output* output)
      : state_(state[0]), output_state_(state[1]), lead_(state[2]), output_flag_(state[3]), output_(*output) {}

  void next(uint8_t byte) {
    switch (state_) {
      case kEscapeStart:
        return escape_start(byte);
      case kEscape:
        return escape(byte);
      default:
        break;
    }
    if (byte == 0x1b) {
      if (state_ == kTrail) output_.put_error();
      state_ = kEscapeStart;
      return;
    }
    if (state_ == kTrail) return trail(byte);
    output_flag_ = 0;
    if (state_ == kLead) {
      if (!between(byte, 0x21, 0x7e)) return output_.put_error();
      lead_ = byte;
      state_ = kTrail;
      return;
    }
    if (state_ == kKatakana) {
      if (!between(byte, 0x21, 0x5f)) return output_.put_error();
      return output_.put(0xff61 - 0x21 + byte);
    }
    if (!is_ascii(byte) || byte == 0x0e || byte == 0x0f) return output_.put_error();
    if (state_ == kRoman && byte == 0x5c) return output_.put(0xa5);
    if (state_ == kRoman && byte == 0x7e) return output_.put(0x203e);
    output_.put(byte);
  }

  void end() {
    if (state_ == kTrail || state_ == kEscapeStart) {
      output_.put_error();
    } else if (state_ == kEscape) {
      const uint8_t lead = lead_;
      fail_escape();
      next(lead);
      if (state_ == kTrail) output_.put_error();
    }
    state_ = output_state_ = lead_ = output_flag_ = 0;
  }

 private:
  enum : uint8_t { kAscii, kRoman, kKatakana, kLead, kTrail, kEscapeStart, kEscape };

  void trail(uint8_t byte) {
    state_ = kLead;
    if (!between(byte, 0x21, 0x7e)) return output_.put_error();
    const uint32_t code_point = look_up(kJis0208, size_t(lead_ - 0x21) * 94 + (byte - 0x21));
    if (code_point == 0) return output_.put_error();
    output_.put(code_point);
  }

  void escape_start(uint8_t byte) {
    if (byte == 0x24 || byte == 0x28) {
      lead_ = byte;
      state_ = kEscape;
      return;
    }
    fail_escape();
    next(byte);
  }

  void escape(uint8_t byte) {
    const uint8_t lead = lead_;
    int state = -1;
    if (lead == 0x28 && byte == 0x42) state = kAscii;
    if (lead == 0x28 && byte == 0x4a) state = kRoman;
    if (lead == 0x28 && byte == 0x49) state = kKatakana;
    if (lead == 0x24 && (byte == 0x40 || byte == 0x42)) state = kLead;
    if (state < 0) {
      fail_escape();
      next(lead);
      return next(byte);
    }
    state_ = output_state_ = static_cast<uint8_t>(state);
    const bool twice = output_flag_ != 0;
    output_flag_ = 1;
    if (twice) output_.put_error();
  }

  void fail_escape() {
    lead_ = 0;
    output_flag_ = 0;
    state_ = output_state_;
    output_.put_error();
  }

  uint8_t& state_;
  uint8_t& output_state_;
  uint8_t& lead_;
  uint8_t& output_flag_;
  Utf16Output& output_;
};

/** https://encoding.spec.whatwg.org/#shared-utf-16-decoder. State: have a lead byte, it, a lead surrogate's two. */
template <bool kBigEndian>
class Utf16 {
 public:
  Utf16(uint8_t* state, Utf16Output* output) : state_(state), output_(*output) {}

  void next(uint8_t byte) {
    if (state_[0] == 0) {
      state_[0] = 1;
      state_[1] = byte;
      return;
    }
    state_[0] = 0;
    const auto unit = static_cast<uint16_t>(kBigEndian ? state_[1] << 8 | byte : byte << 8 | state_[1]);
    const auto lead = static_cast<uint16_t>(state_[2] << 8 | state_[3]);
    if (lead != 0) {
      state_[2] = state_[3] = 0;
      if (unit >= 0xdc00 && unit <= 0xdfff) {
        output_.put(lead);
        return output_.put(unit);
      }
      output_.put_error();
    }
    if (unit >= 0xd800 && unit <= 0xdbff) {
      state_[2] = static_cast<uint8_t>(unit >> 8);
      state_[3] = static_cast<uint8_t>(unit & 0xff);
      return;
    }
    if (unit >= 0xdc00 && unit <= 0xdfff) return output_.put_error();
    output_.put(unit);
  }

  void end() {
    if (state_[0] != 0 || state_[2] != 0) output_.put_error();
    state_[0] = state_[2] = state_[3] = 0;
  }

 private:
  uint8_t* const state_;
  Utf16Output& output_;
};

/** https://encoding.spec.whatwg.org/#single-byte-decoder, and x-user-defined's where there is no index. */
class SingleByte {
 public:
  SingleByte(const uint16_t* index, Utf16Output* output) : index_(index), output_(*output) {}

  void next(uint8_t byte) {
    if (is_ascii(byte)) return output_.put(byte);
    if (index_ == nullptr) return output_.put(0xf780 - 0x80 + byte);
    const uint16_t code_point = index_[byte - 0x80];
    if (code_point == 0) return output_.put_error();
    output_.put(code_point);
  }

  void end() {}

 private:
  const uint16_t* const index_;
  Utf16Output& output_;
};

template <typename Decoder>
bool decode(Decoder decoder, const uint8_t* bytes, size_t length, bool last) {
  for (size_t i = 0; i < length; i++) decoder.next(bytes[i]);
  if (last) decoder.end();
  return true;
}

}  // namespace

bool legacy_decode(uint32_t encoding, const uint8_t* bytes, size_t length, bool last, uint8_t* state,
                   Utf16Output* output) {
  switch (static_cast<Legacy>(encoding)) {
    case Legacy::kUtf16Le:
      return decode(Utf16<false>(state, output), bytes, length, last);
    case Legacy::kUtf16Be:
      return decode(Utf16<true>(state, output), bytes, length, last);
    case Legacy::kGb18030:
      return decode(Gb18030(state, output), bytes, length, last);
    case Legacy::kBig5:
      return decode(Big5(state, output), bytes, length, last);
    case Legacy::kEucJp:
      return decode(EucJp(state, output), bytes, length, last);
    case Legacy::kIso2022Jp:
      return decode(Iso2022Jp(state, output), bytes, length, last);
    case Legacy::kShiftJis:
      return decode(ShiftJis(state, output), bytes, length, last);
    case Legacy::kEucKr:
      return decode(EucKr(state, output), bytes, length, last);
    case Legacy::kUserDefined:
      return decode(SingleByte(nullptr, output), bytes, length, last);
    default: {
      const size_t index = encoding - static_cast<uint32_t>(Legacy::kSingleByte);
      if (index >= kSingleByteCount) return false;
      return decode(SingleByte(kSingleByte + index * 128, output), bytes, length, last);
    }
  }
}

}  // namespace nr
