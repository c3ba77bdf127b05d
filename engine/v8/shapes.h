#ifndef NR_V8_SHAPES_H_
#define NR_V8_SHAPES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "v8.h"

namespace nr {

/** Reads flat objects of the wire format, as most messages are: a few names, with numbers, strings and the like behind
 * them. V8's reader follows each object's hidden class from name to name; here it is kept for those that come often, which
 * takes half the time. */
class Shapes {
 public:
  /** The object in the bytes from `at` to `end`, and nothing else. False: not such an object, or not (yet) a known one. */
  bool read(v8::Local<v8::Context> context, const uint8_t* at, const uint8_t* end, v8::Local<v8::Value>* value);

  /** The text of Latin-1 bytes; the name of a message is mostly that of the one before. */
  v8::Local<v8::String> name(v8::Isolate* isolate, const uint8_t* bytes, size_t length);

  /** Before the isolate goes. */
  void clear();

 private:
  struct Shape {
    /** Its names, each behind its length. */
    std::string names;
    v8::Global<v8::DictionaryTemplate> made;
    uint32_t seen = 0;
    uint32_t missed = 0;
  };

  v8::Local<v8::DictionaryTemplate> find(v8::Isolate* isolate, const char* names, size_t length);

  static constexpr size_t kSlots = 16;
  std::array<Shape, kSlots> shapes_;
  std::string last_name_;
  v8::Global<v8::String> last_;
  uint32_t made_ = 0;
};

}  // namespace nr

#endif  // NR_V8_SHAPES_H_
