/** What the tests of child processes share. */
import { V8Sandbox } from "../../lib/index.ts";
import type { Isolate, SandboxOptions } from "../../lib/index.ts";
import { readFileSync, readdirSync } from "node:fs";

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

/** Numbers of processes that were started by this one and are not forgotten, zombies too. */
export function childrenOf(parent: number): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => statusOf(pid)?.parent === parent);
}

/** What the system says of a process; undefined if there is none. */
export function statusOf(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    const [, state, parent] = /\) (\w) (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))!;
    return { state: state!, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** Waits until something holds. It is a hang if it does not for long. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`it never came to this: ${holds}`);
    await Bun.sleep(1);
  }
}
