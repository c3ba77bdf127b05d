#include "wasm_engine.h"

namespace v8::internal {

class Isolate;

namespace wasm {

/** V8's; the members are not ours to know. */
class WasmEngine {
 public:
  void RemoveIsolate(Isolate* isolate);
};

WasmEngine* GetWasmEngine();

}  // namespace wasm
}  // namespace v8::internal

namespace nr {

void forget_wasm_isolate(v8::Isolate* isolate) {
  v8::internal::wasm::GetWasmEngine()->RemoveIsolate(reinterpret_cast<v8::internal::Isolate*>(isolate));
}

}  // namespace nr
