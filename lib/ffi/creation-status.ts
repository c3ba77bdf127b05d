/** Why the engine made no sandbox. */
import { EngineError, LimitError } from "../contract/errors.ts";
import type { SandboxError } from "../contract/errors.ts";
import { Status } from "../engine/constants.ts";

const TOLD: Readonly<Record<number, string>> = {
  [Status.Limit]: "too many sandboxes. Shut some down first",
  [Status.NoMemory]: "the system gave the process no memory",
  [Status.NoDescriptor]: "the process may open no more file descriptors. Close some, or raise the limit (ulimit -n)",
  [Status.NoThread]: "the system gives the process no thread. End threads, or raise the limit on them (ulimit -u)",
  [Status.NoProcess]:
    "the system gives no process. End some, or raise the limit on them (ulimit -u, or pids.max of the container)",
};

/** @returns what `new V8Sandbox()` throws for a negative status */
export function creationStatusError(status: number): SandboxError {
  const told = TOLD[status];
  if (told !== undefined) return new LimitError(`new V8Sandbox(): ${told}.`);
  return new EngineError(`new V8Sandbox(): the engine refused (status ${status}).`);
}
