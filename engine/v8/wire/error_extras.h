#ifndef NR_V8_WIRE_ERROR_EXTRAS_H_
#define NR_V8_WIRE_ERROR_EXTRAS_H_

#include <cstdint>

#include "v8.h"

struct nrv8_isolate;

namespace nr {

/** Before each pair of an error and its extras, behind a message's values. */
inline constexpr uint32_t kExtrasMark = 1;

/** What the language's SuppressedError has, by its name, which is not enumerable. */
inline constexpr const char* kSuppressedErrorKeys[] = {"error", "suppressed"};
bool is_suppressed_error(v8::Local<v8::Value> name);

/** Whether an error has more than V8 serializes: own enumerable data, an AggregateError's errors, a name of its own, a
 * DOMException's cause. Runs no code of the guest's. */
bool has_extras(v8::Local<v8::Context> context, v8::Local<v8::Object> error);

/** That, as far as it can be cloned and there is room for its bytes, which are taken from `*room`: {name?, errors?,
 * cause?, data}. Empty: an exception is pending. */
v8::MaybeLocal<v8::Object> error_extras(nrv8_isolate& host, v8::Local<v8::Context> context, v8::Local<v8::Object> error,
                                        size_t* room);

/** The reverse, for an error that was just deserialized. Runs no code of the guest's. False: these are no extras. */
bool apply_extras(v8::Local<v8::Context> context, v8::Local<v8::Value> pair);

/** error[key] if that is an own data property; else empty. Runs no code of the guest's, unless it is a proxy. */
v8::Local<v8::Value> own_data_property(v8::Local<v8::Context> context, v8::Local<v8::Object> object,
                                       v8::Local<v8::Name> name);

}  // namespace nr

#endif  // NR_V8_WIRE_ERROR_EXTRAS_H_
