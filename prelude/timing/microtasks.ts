/**
 * HTML: queueMicrotask. https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#microtask-queuing
 */
import { ReflectApply } from "../core/primordials.ts";
import { reportException } from "../errors/report-exception.ts";
import { executing, requireArguments, toFunction } from "../webidl/converters.ts";
import { publishOperations, requireScope } from "../webidl/interfaces.ts";

const context = executing("queueMicrotask", "WorkerGlobalScope");

/** One microtask later, by an await on undefined: nothing of it can be observed or patched. */
async function invokeInMicrotask(callback: Function): Promise<void> {
  await undefined;
  try {
    ReflectApply(callback, undefined, []);
  } catch (error) {
    reportException(error);
  }
}

publishOperations({
  queueMicrotask(this: unknown, callback: unknown): void {
    requireScope(this);
    requireArguments(arguments.length, 1, context);
    void invokeInMicrotask(toFunction(callback, 1, context));
  },
});
