#ifndef NR_V8_PRELUDE_SOURCE_H_
#define NR_V8_PRELUDE_SOURCE_H_

#include <cstddef>

#include "v8.h"

namespace nr {

/**
 * The prelude's text, which functions are compiled from when they are first called. The start-up snapshot refers to it
 * as one of the external references, so that it is once in the process and not in each isolate's heap. ASCII.
 */
class PreludeSource final : public v8::String::ExternalOneByteStringResource {
 public:
  void set(const char* data, size_t length) {
    data_ = data;
    length_ = length;
  }
  const char* data() const override { return data_; }
  size_t length() const override { return length_; }

 protected:
  // An isolate's end is not its.
  void Dispose() override {}

 private:
  const char* data_ = "";
  size_t length_ = 0;
};

/** Never destroyed: threads may outlive static destruction. */
union PreludeSourceHolder {
  PreludeSourceHolder() : source() {}
  ~PreludeSourceHolder() {}
  PreludeSource source;
};
inline PreludeSourceHolder prelude_source_holder;

inline PreludeSource& prelude_source() { return prelude_source_holder.source; }

/** Behind the snapshot in one file: the text, then the snapshot's size. */
using SnapshotSize = uint32_t;

}  // namespace nr

#endif  // NR_V8_PRELUDE_SOURCE_H_
