#ifndef NR_V8_OVERRIDE_MATH_RANDOM_H_
#define NR_V8_OVERRIDE_MATH_RANDOM_H_

#include <cstdint>

#include "v8.h"

namespace nr {

/** Sets what a context's Math.random goes on from: two numbers that are not both 0. Before its first call. */
void seed_math_random(v8::Local<v8::Context> context, uint64_t first, uint64_t second);

}  // namespace nr

#endif  // NR_V8_OVERRIDE_MATH_RANDOM_H_
