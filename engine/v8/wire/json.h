#ifndef NR_V8_WIRE_JSON_H_
#define NR_V8_WIRE_JSON_H_

#include <string>
#include <string_view>

namespace nr {

/** Writes one flat JSON object in UTF-8. */
class JsonObject {
 public:
  /** value must be UTF-8. */
  void add(std::string_view key, std::string_view value);
  void add(std::string_view key, int value);
  std::string finish() { return text_ + "}"; }

 private:
  void add_key(std::string_view key);
  void add_quoted(std::string_view value);

  std::string text_ = "{";
};

}  // namespace nr

#endif  // NR_V8_WIRE_JSON_H_
