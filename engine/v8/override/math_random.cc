// V8 seeds Math.random from the system when it is first called, unless the process has a flag with one seed for all.

#include "override/math_random.h"

#include <cstring>

#include "src/api/api-inl.h"
#include "src/numbers/math-random.h"
#include "src/objects/contexts-inl.h"
#include "src/objects/fixed-array-inl.h"

namespace nr {

void seed_math_random(v8::Local<v8::Context> api_context, uint64_t first, uint64_t second) {
  namespace i = v8::internal;
  const i::DisallowGarbageCollection no_gc;
  const i::DirectHandle<i::NativeContext> native = v8::Utils::OpenDirectHandle(*api_context);
  const i::MathRandom::State state{first, second};
  memcpy(native->math_random_state()->begin(), &state, sizeof state);
}

}  // namespace nr
