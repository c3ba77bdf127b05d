// V8 follows exports of other modules' exports by calling itself, without a look at its stack. Its public interface
// does not say how many there are.

#include "override/re_exports.h"

#include "src/api/api-inl.h"
#include "src/objects/module-inl.h"
#include "src/objects/source-text-module-inl.h"

namespace nr {

ReExports re_exports(v8::Local<v8::Module> module) {
  namespace i = v8::internal;
  const i::DisallowGarbageCollection no_gc;
  const i::Tagged<i::Module> inner = *v8::Utils::OpenDirectHandle(*module);
  ReExports found;
  if (!i::IsSourceTextModule(inner)) return found;
  const i::Tagged<i::FixedArray> entries = i::Cast<i::SourceTextModule>(inner)->info()->special_exports();
  for (uint32_t index = 0; index < entries->ulength().value(); index++) {
    const auto entry = i::Cast<i::SourceTextModuleInfoEntry>(entries->get(static_cast<int>(index)));
    if (i::IsUndefined(entry->export_name())) {
      found.has_star = true;
    } else {
      found.named++;
    }
  }
  return found;
}

}  // namespace nr
