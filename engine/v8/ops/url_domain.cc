// Domains to ASCII: https://url.spec.whatwg.org/#concept-domain-to-ascii
//
// In place of ada's own: V8's ICU follows UTS 46 more closely and its tables are in the library anyway.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ada/unicode.h"
#include "vendor/icu.h"

// ICU's headers do not come with V8's archive.
struct UIDNA;

// Ada's own, renamed in ada.cc.
namespace ada::unicode {
bool ada_to_ascii(std::optional<std::string>& out, std::string_view plain, size_t first_percent);
}  // namespace ada::unicode

extern "C" {

struct UIDNAInfo {
  int16_t size;
  int8_t is_transitional_different;
  int8_t reserved_byte;
  uint32_t errors;
  int32_t reserved_2;
  int32_t reserved_3;
};

UIDNA* NR_ICU(uidna_openUTS46)(uint32_t options, int* error);
int32_t NR_ICU(uidna_nameToASCII_UTF8)(const UIDNA* idna, const char* name, int32_t length, char* into,
                                       int32_t capacity, UIDNAInfo* info, int* error);
}

namespace {

// UTS 46 ToASCII with CheckBidi, CheckJoiners and non-transitional processing; the other checks of ICU cannot be
// switched off, so what they report is passed over.
constexpr uint32_t kCheckBidi = 4;
constexpr uint32_t kCheckJoiners = 8;
constexpr uint32_t kNonTransitionalToAscii = 0x10;
constexpr uint32_t kNonTransitionalToUnicode = 0x20;
constexpr uint32_t kOptions = kCheckBidi | kCheckJoiners | kNonTransitionalToAscii | kNonTransitionalToUnicode;

// Empty labels, too long labels and names, hyphens at the start, at the end, at the third and fourth place.
constexpr uint32_t kErrorsPassedOver = 0x3f;

// A code point that may not be in a domain, or a label in Punycode that has one.
constexpr uint32_t kErrorsOfTables = 0x80 | 0x400;

constexpr int kBufferOverflow = 15;

// Punycode takes quadratic time. DNS ends at 253 characters.
constexpr size_t kMappedDomainMax = 4096;

/** https://url.spec.whatwg.org/#forbidden-domain-code-point; what is over ASCII is none. */
bool is_forbidden(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7f || std::string_view("#/:<>?@[\\]^|%").find(c) != std::string_view::npos;
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/** Whether every character is ASCII and no label is in Punycode: nothing but case is to be mapped. */
bool is_plain(std::string_view domain) {
  bool label_starts = true;
  for (size_t i = 0; i < domain.size(); i++) {
    const char c = domain[i];
    if (static_cast<unsigned char>(c) >= 0x80) return false;
    if (label_starts && (c | 0x20) == 'x' && i + 3 < domain.size() && (domain[i + 1] | 0x20) == 'n' &&
        domain[i + 2] == '-' && domain[i + 3] == '-') {
      return false;
    }
    label_starts = c == '.';
  }
  return true;
}

const UIDNA* uts46() {
  static const UIDNA* const instance = [] {
    int error = 0;
    return NR_ICU(uidna_openUTS46)(kOptions, &error);
  }();
  return instance;
}

/** Ada's tables are of a later Unicode than V8's ICU, which calls disallowed what it does not know. */
std::string map_by_newer_tables(std::string_view domain) {
  std::optional<std::string> ascii;
  if (!ada::unicode::ada_to_ascii(ascii, domain, std::string_view::npos)) return {};
  return std::move(*ascii);
}

/** UTS 46 ToASCII; empty if it fails. */
std::string map_domain(std::string_view domain) {
  const UIDNA* const idna = uts46();
  if (idna == nullptr || domain.size() > kMappedDomainMax) return {};
  std::string ascii(domain.size() * 2 + 64, '\0');
  for (;;) {
    UIDNAInfo info{sizeof(UIDNAInfo), 0, 0, 0, 0, 0};
    int error = 0;
    const int32_t length =
        NR_ICU(uidna_nameToASCII_UTF8)(idna, domain.data(), static_cast<int32_t>(domain.size()), ascii.data(),
                                       static_cast<int32_t>(ascii.size()), &info, &error);
    if (error == kBufferOverflow) {
      ascii.resize(static_cast<size_t>(length));
      continue;
    }
    const uint32_t errors = info.errors & ~kErrorsPassedOver;
    if (error > 0 || (errors & ~kErrorsOfTables) != 0) return {};
    if (errors != 0) return map_by_newer_tables(domain);
    ascii.resize(static_cast<size_t>(length));
    return ascii;
  }
}

}  // namespace

namespace ada::unicode {

bool to_ascii(std::optional<std::string>& out, const std::string_view plain, size_t first_percent) {
  std::string domain(plain);
  if (first_percent != std::string_view::npos) domain = percent_decode(plain, first_percent);
  if (is_plain(domain)) {
    for (char& c : domain) {
      if (is_upper(c)) c |= 0x20;
    }
  } else {
    domain = map_domain(domain);
  }
  if (domain.empty() || std::any_of(domain.begin(), domain.end(), is_forbidden)) return false;
  out = std::move(domain);
  return true;
}

}  // namespace ada::unicode
