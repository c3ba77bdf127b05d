#ifndef NR_V8_OVERRIDE_COMPILE_EXECUTOR_H_
#define NR_V8_OVERRIDE_COMPILE_EXECUTOR_H_

namespace nr {

/**
 * V8's queue of functions to optimize in the background. V8 has one for all isolates, and an isolate that dies with a
 * compile in flight would stop it for good: here each isolate has its own.
 */
class CompileExecutor {
 public:
  /** The one V8 was given for the isolate it has just initialized on this thread; null if it asked for none. */
  static CompileExecutor* take_latest();

  /** After the isolate's disposal: ends its job and frees it. */
  void dispose();
};

}  // namespace nr

#endif  // NR_V8_OVERRIDE_COMPILE_EXECUTOR_H_
