/** Why an isolate could not be made. */
import { LimitError, TerminatedError, about } from "../contract/errors.ts";
import type { SandboxError, Termination } from "../contract/errors.ts";

/** What the process had too little of, and what to do. */
const LACKING: Readonly<Record<string, string>> = {
  memory: "the system gave the process no memory. Destroy isolates, or raise the limit on its memory",
  addresses: "the process has no addresses left. Destroy isolates, or raise the limit on its address space (ulimit -v)",
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
