#include "override/wasm_engine.h"

#include "src/wasm/wasm-engine.h"

namespace nr {

void forget_wasm_isolate(v8::Isolate* isolate) {
  v8::internal::wasm::GetWasmEngine()->RemoveIsolate(reinterpret_cast<v8::internal::Isolate*>(isolate));
}

}  // namespace nr
