#ifndef NR_V8_WIRE_ERROR_FACTS_H_
#define NR_V8_WIRE_ERROR_FACTS_H_

#include "v8.h"
#include "wire/errors.h"

namespace nr {

/** How much of an error is told: everything, no data, or what any message has room for. */
enum class Detail { kAll, kText, kLittle };

/**
 * What a guest threw, for the host: {name, message, stack?, code?, cause?, errors?, data?, filename?, lineno?, colno?},
 * a new object. Bounded in depth, count and bytes. Getters of Error objects run, and what they throw is dropped; of
 * other objects only data properties are read. Empty: an exception is pending.
 */
v8::MaybeLocal<v8::Object> error_facts(nrv8_isolate& host, v8::Local<v8::Context> context, v8::Local<v8::Value> error,
                                       const ErrorLocation& location, Detail detail);

}  // namespace nr

#endif  // NR_V8_WIRE_ERROR_FACTS_H_
