#ifndef NR_V8_OVERRIDE_AGGREGATE_ERROR_H_
#define NR_V8_OVERRIDE_AGGREGATE_ERROR_H_

#include "v8.h"

namespace nr {

/** %AggregateError.prototype%, whatever a guest put in the place of AggregateError. */
v8::Local<v8::Object> aggregate_error_prototype(v8::Local<v8::Context> context);

}  // namespace nr

#endif  // NR_V8_OVERRIDE_AGGREGATE_ERROR_H_
