#ifndef NR_V8_SNAPSHOT_PRELUDE_TEXT_H_
#define NR_V8_SNAPSHOT_PRELUDE_TEXT_H_

#include <cstddef>

#include "v8.h"

namespace nr {

/** The prelude's source, which V8 compiles functions from when they are first called. One text for the process, outside
 * of all heaps: a snapshot has a reference to it where it would have a copy for each isolate. */
class PreludeText final : public v8::String::ExternalOneByteStringResource {
 public:
  /** ASCII, kept by reference. Before the first isolate. */
  void set(const char* text, size_t length) {
    text_ = text;
    length_ = length;
  }

  const char* data() const override { return text_; }
  size_t length() const override { return length_; }
  /** An isolate is done with it; others are not. */
  void Dispose() override {}

 private:
  const char* text_ = nullptr;
  size_t length_ = 0;
};

}  // namespace nr

#endif  // NR_V8_SNAPSHOT_PRELUDE_TEXT_H_
