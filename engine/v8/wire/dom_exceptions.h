#ifndef NR_V8_WIRE_DOM_EXCEPTIONS_H_
#define NR_V8_WIRE_DOM_EXCEPTIONS_H_

#include "v8.h"

struct nrv8_isolate;

namespace nr {

/** Behind V8's tag of a host object, as in Blink's format; then its name, its message and its stack, three strings. */
inline constexpr uint32_t kDomExceptionTag = 'x';

/** Whether it is a DOMException of the prelude's. */
bool is_dom_exception(const nrv8_isolate& host, v8::Local<v8::Object> object);

/** A new one. Empty: an exception is pending, a termination, or there is no more stack. */
v8::MaybeLocal<v8::Object> make_dom_exception(const nrv8_isolate& host, v8::Local<v8::Context> context,
                                              v8::Local<v8::Value> name, v8::Local<v8::Value> message);

/** For ValueSerializer::Delegate::WriteHostObject. Getters of the guest run. */
v8::Maybe<bool> write_dom_exception(const nrv8_isolate& host, v8::Local<v8::Context> context,
                                    v8::ValueSerializer& serializer, v8::Local<v8::Object> exception);

/** For ValueDeserializer::Delegate::ReadHostObject. Runs no code of the guest's. Empty: it is none. */
v8::MaybeLocal<v8::Object> read_dom_exception(const nrv8_isolate& host, v8::Local<v8::Context> context,
                                              v8::ValueDeserializer& deserializer);

}  // namespace nr

#endif  // NR_V8_WIRE_DOM_EXCEPTIONS_H_
