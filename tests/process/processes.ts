/** What the tests of child processes share. */
import { V8Sandbox } from "../../lib/index.ts";
import type { Isolate, SandboxOptions } from "../../lib/index.ts";

export { childrenOf, statusOf } from "./children.ts";

/** A sandbox of child processes. */
export function processSandbox(options: SandboxOptions = {}): V8Sandbox {
  return new V8Sandbox({ isolation: "process", threads: 2, ...options });
}

/** The number of the isolate's process. */
export function pidOf(isolate: Isolate): number {
  return isolate.stats().process!.pid;
}

/** The events of an isolate's end, as they come. */
export function endOf(isolate: Isolate): Promise<unknown[]> {
  const events: unknown[] = [];
  isolate.onSystem("terminated", (termination) => events.push(termination));
  return new Promise((resolve) =>
    isolate.onSystem("destroyed", ({ reason }) => {
      events.push(reason);
      resolve(events);
    }),
  );
}

/** Waits until something holds. It is a hang if it does not for long. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`it never came to this: ${holds}`);
    await Bun.sleep(1);
  }
}
