#ifndef NR_V8_OVERRIDE_RE_EXPORTS_H_
#define NR_V8_OVERRIDE_RE_EXPORTS_H_

#include <cstdint>

#include "v8.h"

namespace nr {

/** What a module exports of other modules. */
struct ReExports {
  /** `export { a as b } from "c"`, one for each name. */
  uint32_t named = 0;
  /** Whether it has an `export * from "c"`. */
  bool has_star = false;
};

ReExports re_exports(v8::Local<v8::Module> module);

}  // namespace nr

#endif  // NR_V8_OVERRIDE_RE_EXPORTS_H_
