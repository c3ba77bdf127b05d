/** The engine, in this process and in child processes, behind the interface of lib/engine/engine.ts. */
import { EngineError } from "../contract/errors.ts";
import type { SandboxLimits } from "../contract/options.ts";
import { ABI_VERSION, Status } from "../engine/constants.ts";
import type { Engine, EngineSandbox, RecordSink } from "../engine/engine.ts";
import { creationStatusError } from "./creation-status.ts";
import { FfiSandbox } from "./ffi-sandbox.ts";
import { loadLibrary } from "./library.ts";
import type { Functions } from "./library.ts";
import { createProcessSandbox } from "./process-sandbox.ts";
import { sandboxOptions } from "./sandbox-options.ts";

let loaded: Engine | undefined;

/**
 * The engine, loaded on first use.
 * @throws EngineNotFoundError, EngineMismatchError
 */
export function loadEngine(): Engine {
  loaded ??= new FfiEngine(loadLibrary());
  return loaded;
}

class FfiEngine implements Engine {
  readonly abi = ABI_VERSION;
  readonly v8: string;
  readonly #functions: Functions;

  constructor(functions: Functions) {
    this.#functions = functions;
    this.v8 = String(functions.nr_v8_version());
  }

  createSandbox(limits: SandboxLimits, sink: RecordSink): EngineSandbox {
    if (limits.isolation === "process") return createProcessSandbox(this.#functions, limits, sink);
    // A host whose guests are all in child processes has no V8 of its own. Idempotent.
    const started = this.#functions.nr_init();
    if (started !== Status.Ok) throw new EngineError(`V8 could not be started (status ${started}).`);
    const options = sandboxOptions(limits);
    const handle = new Uint32Array(1);
    const fd = new Int32Array(1);
    const status = this.#functions.nr_sandbox_create(options, options.length, handle, fd);
    if (status !== Status.Ok) throw creationStatusError(status);
    return new FfiSandbox(this.#functions, handle[0] as number, fd[0] as number, sink, limits.spinUs);
  }
}
