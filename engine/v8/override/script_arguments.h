#ifndef NR_V8_OVERRIDE_SCRIPT_ARGUMENTS_H_
#define NR_V8_OVERRIDE_SCRIPT_ARGUMENTS_H_

#include "override/top_level_await.h"
#include "v8.h"

namespace nr {

/** The names of arguments: the own properties of an object, all of them data. Empty: an exception is pending. */
v8::MaybeLocal<v8::PrimitiveArray> argument_names(v8::Local<v8::Context> context, v8::Local<v8::Object> arguments);

/**
 * Compiles a script in whose scope some names are declared already, as if by `let`: its functions and its direct eval
 * find them where they find its own, nobody else finds them.
 *
 * @param names of argument_names
 * @param with_await as compile_with_await does
 * @return empty if it does not parse; then an exception is pending
 */
v8::MaybeLocal<v8::UnboundScript> compile_with_arguments(v8::Isolate* isolate, v8::Local<v8::String> text,
                                                         const ScriptName& name, v8::Local<v8::PrimitiveArray> names,
                                                         bool with_await);

/**
 * The function that runs such a script, once.
 *
 * @param arguments whose names they are
 * @return empty if the script declares what is declared already; then an exception is pending
 */
v8::MaybeLocal<v8::Function> bind_arguments(v8::Local<v8::Context> context, v8::Local<v8::UnboundScript> script,
                                            v8::Local<v8::PrimitiveArray> names, v8::Local<v8::Object> arguments);

}  // namespace nr

#endif  // NR_V8_OVERRIDE_SCRIPT_ARGUMENTS_H_
