#ifndef NR_V8_OVERRIDE_TOP_LEVEL_AWAIT_H_
#define NR_V8_OVERRIDE_TOP_LEVEL_AWAIT_H_

#include "v8.h"

namespace nr {

/** What a script is called, and where its text begins there: lines and columns before it. */
struct ScriptName {
  v8::Local<v8::String> name;
  int line_offset = 0;
  int column_offset = 0;
};

/** Whether the outermost code of a classic script uses something that is called `await`: by `await (x)` its author may
 * have meant the operator. */
bool names_await(v8::Local<v8::UnboundScript> script);

/**
 * Compiles a script with top-level await: it is the body of an async function, and its declarations are the context's
 * all the same. When it is run it gives a promise of an object whose only property is its completion value,
 * `.repl_result`.
 *
 * @return empty if it does not parse; then an exception is pending
 */
v8::MaybeLocal<v8::UnboundScript> compile_with_await(v8::Isolate* isolate, v8::Local<v8::String> text,
                                                     const ScriptName& name);

/** Whether the outermost code of such a script can really come to an await. */
bool awaits(v8::Local<v8::UnboundScript> script);

}  // namespace nr

#endif  // NR_V8_OVERRIDE_TOP_LEVEL_AWAIT_H_
