/** Why an isolate could not be made. */
import { LimitError, TerminatedError, about } from "../contract/errors.ts";
import type { SandboxError, Termination } from "../contract/errors.ts";

/** What the process had too little of, and what to do. */
const LACKING: Readonly<Record<string, string>> = {
  memory: "the system gave the process no memory. Destroy isolates, or raise the limit on its memory",
  addresses: "the process has no addresses left. Destroy isolates, or raise the limit on its address space (ulimit -v)",
  processes:
    "the system gives no process. End some, or raise the limit on them (ulimit -u, or pids.max of the container)",
  descriptors: "the process may open no more file descriptors. Close some, or raise the limit (ulimit -n)",
  threads:
    "the system gives the child process no thread. End some, or raise the limit on them (pids.max of the container)",
  mappings: "the process has too few memory mappings left. Destroy isolates, or raise the sysctl vm.max_map_count",
};

/** @returns what createIsolate() rejects with when its isolate ended before it could work */
export function creationError(
  isolateId: number,
  termination: Termination,
  isolateName: string | undefined,
): SandboxError {
  const lacking = LACKING[termination.resource ?? ""];
  if (lacking === undefined) return new TerminatedError(isolateId, termination, "createIsolate()", isolateName);
  return about(new LimitError(`createIsolate(): ${lacking}.`), isolateName);
}
