#ifndef NR_V8_OVERRIDE_STACKS_H_
#define NR_V8_OVERRIDE_STACKS_H_

#include "v8.h"

namespace nr {

/** From now on no function of this one's script is in a stack that JavaScript sees, and no position is in the script.
 * @return false: V8 would not inline them, as it does none of its own; it is not built with the change
 * platform-inlining
 */
[[nodiscard]] bool hide_from_stacks(v8::Local<v8::Function> function);

/**
 * A function that does what a built-in one does, and is in no stack, as those are not that call it: for code that
 * hides.
 *
 * @return empty: it is no built-in function, or one that constructs
 */
v8::MaybeLocal<v8::Function> hidden_twin(v8::Local<v8::Function> function);

/** A call in an object's stack. */
struct StackFrame {
  v8::Local<v8::String> file;
  /** 1-based. */
  int line;
  int column;
};

/**
 * The innermost call that is in a script with a name. Runs no code of the guest's.
 *
 * @return false: there is none, or the object has no stack any more, but the text of it
 */
bool innermost_frame(v8::Local<v8::Object> object, StackFrame* frame);

/** Whether a message's position is in a script of the guest's own: not in the prelude, in a text that was evaluated, or
 * in the text that JSON.parse was given. */
bool is_in_script(v8::Local<v8::Message> message);

/** Gives an object whose stack has no calls in it the calls of another's. */
void lend_stack(v8::Local<v8::Object> object, v8::Local<v8::Object> lender);

}  // namespace nr

#endif  // NR_V8_OVERRIDE_STACKS_H_
