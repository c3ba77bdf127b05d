#ifndef NR_V8_OVERRIDE_DEBUGGING_H_
#define NR_V8_OVERRIDE_DEBUGGING_H_

#include <cstddef>
#include <vector>

#include "v8.h"

namespace nr {

/** The number that an inspector will give to the only context of its isolate. */
inline constexpr int kInspectedContext = 1;

/** Scripts that are compiled in the context from now on are among those that an inspector lists, however late it comes.
 */
void list_scripts_of(v8::Local<v8::Context> context);

/** Whether the next call of a guest's function is to be paused in. V8 forgets it when the isolate leaves its thread. */
bool breaks_on_call(v8::Isolate* isolate);
void break_on_call(v8::Isolate* isolate);

/** Inspectors show what a script throws, as they would if it came from where the page does. */
void show_exceptions_of(v8::Isolate* isolate, int script_id);

/** A call under way. */
struct GuestCall {
  v8::Local<v8::Function> function;
  /** Where it is, 1-based; 0: unknown. */
  int line;
};

/** The guest's calls that are under way, the innermost first, as many as count_max. */
std::vector<GuestCall> guest_calls(v8::Isolate* isolate, size_t count_max);

}  // namespace nr

#endif  // NR_V8_OVERRIDE_DEBUGGING_H_
