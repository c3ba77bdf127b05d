#ifndef NR_V8_OVERRIDE_WASM_ENGINE_H_
#define NR_V8_OVERRIDE_WASM_ENGINE_H_

namespace v8 {
class Isolate;
}

namespace nr {

/**
 * Takes an isolate that will never run again out of V8's process-wide WebAssembly engine. That would go on to interrupt
 * it for its collections of code, through objects on the stack of the thread that died, and wait for its answer for
 * ever. On that thread, while its stack and the isolate's heap are still there.
 */
void forget_wasm_isolate(v8::Isolate* isolate);

}  // namespace nr

#endif  // NR_V8_OVERRIDE_WASM_ENGINE_H_
