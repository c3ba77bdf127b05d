#include "turn/collection.h"

#include "isolate.h"
#include "memory/budget.h"

namespace nr {

void collect_if_wanted(const nrv8_isolate& host) {
  Budget& budget = *host.budget;
  if (!budget.collection_wanted() || budget.ending()) return;
  // Frees V8's caches and what finalizers hold (code of WebAssembly modules, for one) besides. For this once: the
  // level is back to none with it.
  host.isolate->MemoryPressureNotification(v8::MemoryPressureLevel::kCritical);
  budget.note_collected();
}

}  // namespace nr
