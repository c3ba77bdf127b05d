// ICU has one default time zone for the process, which V8 asks for a copy of whenever an isolate needs local time: for
// its Date, Intl and Temporal. Ours is one whose copies are copies of another: that of the isolate which the thread has
// entered.

#include "override/locale.h"

#include <memory>

#include "src/execution/isolate.h"
#include "unicode/locid.h"
#include "unicode/timezone.h"

namespace nr {

struct TimeZone {
  std::unique_ptr<icu::TimeZone> zone;
};

namespace {

thread_local const TimeZone* current = nullptr;

class ThreadZone final : public icu::TimeZone {
 public:
  ThreadZone() : icu::TimeZone(u"UTC"), utc_(icu::TimeZone::createTimeZone(u"UTC")) {}

  icu::TimeZone* clone() const override { return zone().clone(); }

  int32_t getOffset(uint8_t era, int32_t year, int32_t month, int32_t day, uint8_t weekday, int32_t millis,
                    UErrorCode& status) const override {
    return zone().getOffset(era, year, month, day, weekday, millis, status);
  }
  int32_t getOffset(uint8_t era, int32_t year, int32_t month, int32_t day, uint8_t weekday, int32_t millis,
                    int32_t length, UErrorCode& status) const override {
    return zone().getOffset(era, year, month, day, weekday, millis, length, status);
  }
  void setRawOffset(int32_t) override {}
  int32_t getRawOffset() const override { return zone().getRawOffset(); }
  UBool useDaylightTime() const override { return zone().useDaylightTime(); }
  UBool inDaylightTime(UDate date, UErrorCode& status) const override { return zone().inDaylightTime(date, status); }
  UClassID getDynamicClassID() const override { return zone().getDynamicClassID(); }

 private:
  const icu::TimeZone& zone() const { return current == nullptr ? *utc_ : *current->zone; }

  const std::unique_ptr<icu::TimeZone> utc_;
};

}  // namespace

void forget_environment() {
  UErrorCode status = U_ZERO_ERROR;
  icu::Locale::setDefault(icu::Locale("en", "US"), status);
  icu::TimeZone::adoptDefault(new ThreadZone);
}

TimeZone* make_time_zone(const std::string& name) {
  std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
  if (*zone == icu::TimeZone::getUnknown()) return nullptr;
  return new TimeZone{std::move(zone)};
}

void free_time_zone(TimeZone* zone) { delete zone; }

void use_time_zone(const TimeZone* zone) { current = zone; }

void set_locale(v8::Isolate* isolate, const std::string& tag) {
  auto* const internal = reinterpret_cast<v8::internal::Isolate*>(isolate);
  internal->ResetDefaultLocale();
  internal->set_default_locale(tag);
}

std::string locale_of(v8::Isolate* isolate) {
  return reinterpret_cast<v8::internal::Isolate*>(isolate)->DefaultLocale();
}

}  // namespace nr
