#ifndef NR_V8_WIRE_PLAIN_READER_H_
#define NR_V8_WIRE_PLAIN_READER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "v8.h"

namespace nr {

struct Cursor;

/** Reads what most messages are in the wire format: objects and arrays as JSON has them. V8's reader follows each
 * object's hidden class from name to name; here it is kept for the shapes that come often, which takes half the time.
 */
class PlainReader {
 public:
  /** The value in the bytes from `at` to the end, and nothing else. False: not such a value, or of shapes that are not
   * (yet) known; V8's reader takes it from the beginning. */
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

  bool read_value(v8::Local<v8::Context> context, Cursor* cursor, uint32_t depth, v8::Local<v8::Value>* value);
  bool read_object(v8::Local<v8::Context> context, Cursor* cursor, uint32_t depth, v8::Local<v8::Value>* value);
  bool read_array(v8::Local<v8::Context> context, Cursor* cursor, uint32_t depth, v8::Local<v8::Value>* value);
  v8::Local<v8::DictionaryTemplate> find(v8::Isolate* isolate, const char* names, size_t length, bool large);

  static constexpr size_t kSlots = 32;
  std::array<Shape, kSlots> shapes_;
  uint32_t made_ = 0;
  /** Messages that are V8's to read: one before them was read in vain. */
  uint32_t left_to_v8_ = 0;
  std::string last_name_;
  v8::Global<v8::String> last_;
};

}  // namespace nr

#endif  // NR_V8_WIRE_PLAIN_READER_H_
