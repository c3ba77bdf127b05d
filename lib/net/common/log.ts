/** The host's log hooks. */
import process from "node:process";

/**
 * Tells a hook, after whoever is at work. What it throws or rejects with becomes a warning of the process: a log that
 * fails is no reason for requests to fail.
 */
export function tell<Entry>(log: ((entry: Entry) => unknown) | undefined, entry: Entry): void {
  if (!log) return;
  const warn = (error: unknown): void => process.emitWarning(error instanceof Error ? error : String(error));
  queueMicrotask(() => {
    try {
      const result: unknown = log(entry);
      if (result instanceof Promise) result.catch(warn);
    } catch (error) {
      warn(error);
    }
  });
}
