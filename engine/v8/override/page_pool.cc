#include "override/page_pool.h"

#include "src/common/globals.h"
#include "src/execution/isolate.h"
#include "src/heap/memory-pool.h"
#include "src/init/isolate-group.h"
#include "src/sandbox/js-dispatch-table-inl.h"
#include "system/memory.h"

namespace nr {

void forget_page_pool(v8::Isolate* isolate) {
  auto* const inner = reinterpret_cast<v8::internal::Isolate*>(isolate);
  if (v8::internal::MemoryPool* const pool = inner->isolate_group()->memory_pool()) pool->Forget(inner);
}

void unmap_dispatch_table(v8::Isolate* isolate) {
  const auto* const inner = reinterpret_cast<const v8::internal::Isolate*>(isolate);
  const auto table = inner->js_dispatch_table_base_address();
  if (table != 0) unmap(reinterpret_cast<void*>(table), v8::internal::kJSDispatchTableReservationSize);
}

}  // namespace nr
