// The platform's objects keep their state in private members, as a script's would, and V8 tells a script which of them
// it did not find. Here it is told what it did: it called a function of the platform on something else.

#include <algorithm>

#include "network_runtime_hooks.h"
#include "src/common/message-template.h"
#include "src/execution/frames-inl.h"
#include "src/objects/shared-function-info-inl.h"
#include "src/objects/string-inl.h"

namespace nr {
namespace {

namespace i = v8::internal;

bool is_private_name(i::DirectHandle<i::Object> value) {
  if (i::IsSymbol(*value)) return i::Cast<i::Symbol>(*value)->is_any_private_name();
  return i::IsString(*value) && i::Cast<i::String>(*value)->length() > 1 && i::Cast<i::String>(*value)->Get(0) == '#';
}

bool names_private_member(i::MessageTemplate message, const i::DirectHandle<i::Object>* arguments, size_t count) {
  switch (message) {
    case i::MessageTemplate::kInvalidPrivateBrandInstance:
    case i::MessageTemplate::kInvalidPrivateBrandStatic:
    case i::MessageTemplate::kInvalidPrivateMemberRead:
    case i::MessageTemplate::kInvalidPrivateMemberWrite:
    case i::MessageTemplate::kNonObjectPrivateNameAccess:
      return true;
    case i::MessageTemplate::kInvalidInOperatorUse:
    case i::MessageTemplate::kNonObjectPropertyLoadWithProperty:
    case i::MessageTemplate::kNonObjectPropertyStoreWithProperty:
      return std::any_of(arguments, arguments + count, is_private_name);
    default:
      return false;
  }
}

bool runs_platform_code(i::Isolate* isolate) {
  i::JavaScriptStackFrameIterator frames(isolate);
  if (frames.done()) return false;
  const i::FrameSummaries summaries = frames.frame()->Summarize();
  const i::FrameSummary& innermost = summaries.frames.back();
  return innermost.IsJavaScript() && !innermost.AsJavaScript().function()->shared()->IsUserJavaScript();
}

}  // namespace

namespace hooks {

bool is_illegal_invocation(i::Isolate* isolate, i::MessageTemplate message, const i::DirectHandle<i::Object>* arguments,
                           size_t count) {
  return names_private_member(message, arguments, count) && runs_platform_code(isolate);
}

}  // namespace hooks
}  // namespace nr
