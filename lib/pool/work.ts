/** What a run does with its isolate. */
import type { Isolate } from "../api/isolate.ts";
import { AbortError } from "../contract/errors.ts";
import type { RunContext } from "./options.ts";

/** Gets an isolate, and comes to something. */
export type Work<T> = (isolate: Isolate, context: RunContext) => T | Promise<T>;

/**
 * @param running - knows of it as long as it lasts, and may give it up
 * @returns what the work comes to
 * @throws what the work does, or why it was given up
 */
export async function work<T>(
  isolate: Isolate,
  task: Work<T>,
  signal: AbortSignal | undefined,
  running: Map<AbortController, Isolate>,
): Promise<T> {
  const controller = new AbortController();
  const givenUp = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason as Error), { once: true });
  });
  const giveUp = (): void => controller.abort(new AbortError("pool.run()", signal?.reason));
  signal?.addEventListener("abort", giveUp, { once: true });
  running.set(controller, isolate);
  try {
    return await Promise.race([task(isolate, controller), givenUp]);
  } finally {
    signal?.removeEventListener("abort", giveUp);
    running.delete(controller);
  }
}
