// The columns that a terminal takes for a text, as node counts them for its tables:
// https://www.unicode.org/reports/tr11/

#include <vector>

#include "ops/ops.h"
#include "vendor/icu.h"

// ICU's headers do not come with V8's archive.
extern "C" {
int8_t NR_ICU(u_charType)(int32_t point);
int32_t NR_ICU(u_getIntPropertyValue)(int32_t point, int which);
}

namespace nr {
namespace {

// Of ICU's enumerations UCharCategory, UProperty and UEastAsianWidth.
constexpr int8_t kNonSpacingMark = 6;
constexpr int8_t kEnclosingMark = 7;
constexpr int8_t kControl = 15;
constexpr int8_t kFormat = 16;
constexpr int kEastAsianWidth = 0x1004;
constexpr int32_t kFullwidth = 3;
constexpr int32_t kWide = 5;

/** It is of the format characters, and yet seen. */
constexpr int32_t kSoftHyphen = 0xad;

uint32_t width_of(int32_t point) {
  if (point < 0x7f) return point >= 0x20 ? 1 : 0;
  const int32_t width = NR_ICU(u_getIntPropertyValue)(point, kEastAsianWidth);
  if (width == kFullwidth || width == kWide) return 2;
  const int8_t type = NR_ICU(u_charType)(point);
  const bool is_joined = type == kNonSpacingMark || type == kEnclosingMark || type == kControl || type == kFormat;
  return is_joined && point != kSoftHyphen ? 0 : 1;
}

}  // namespace

/** (string) Their number. */
void op_text_width(const OpInfo& info) {
  if (!info[1]->IsString()) return;
  v8::Isolate* const isolate = info.GetIsolate();
  const auto text = info[1].As<v8::String>();
  std::vector<uint16_t> units(text->Length());
  text->WriteV2(isolate, 0, text->Length(), units.data());
  uint32_t width = 0;
  for (size_t i = 0; i < units.size(); i++) {
    const bool is_pair = (units[i] & 0xfc00) == 0xd800 && i + 1 < units.size() && (units[i + 1] & 0xfc00) == 0xdc00;
    int32_t point = units[i];
    if (is_pair) point = 0x10000 + ((point & 0x3ff) << 10) + (units[++i] & 0x3ff);
    width += width_of(point);
  }
  info.GetReturnValue().Set(width);
}

}  // namespace nr
