/** A sandbox whose isolates are in child processes: the same calls, by the functions that have `process` in their names. */
import { IsolationError } from "../contract/errors.ts";
import type { IsolationLayer, SandboxLimits } from "../contract/options.ts";
import type { ProcessOfIsolate, ProcessStats } from "../contract/stats.ts";
import { Layer, ProcessOf, ProcessOption, ProcessStat, Status } from "../engine/constants.ts";
import type { IsolateHandle, RecordSink } from "../engine/engine.ts";
import { creationStatusError } from "./creation-status.ts";
import { FfiSandbox } from "./ffi-sandbox.ts";
import type { SandboxFunctions } from "./ffi-sandbox.ts";
import { readLibrary } from "./library.ts";
import type { Functions } from "./library.ts";
import { sandboxOptions } from "./sandbox-options.ts";

/** The layers' names, by their bits. */
const LAYERS: ReadonlyMap<number, IsolationLayer> = new Map([
  [Layer.Seccomp, "seccomp"],
  [Layer.NoNewPrivileges, "no_new_privileges"],
  [Layer.Landlock, "landlock"],
  [Layer.Namespaces, "namespaces"],
  [Layer.Unprivileged, "unprivileged"],
  [Layer.NoJit, "no_jit"],
]);
const ALWAYS: readonly IsolationLayer[] = ["seccomp", "no_new_privileges"];

/** What to do for a layer that the system lacks. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  seccomp:
    "a kernel built with CONFIG_SECCOMP_FILTER, 4.14 or newer, and a container whose own filter allows seccomp(2)",
  no_new_privileges: "a kernel of 3.5 or newer",
  landlock:
    "a kernel of 5.13 or newer with landlock among its LSMs (lsm=landlock,...), and a container whose filter allows it",
  namespaces:
    "user namespaces (the sysctls user.max_user_namespaces and kernel.unprivileged_userns_clone), also in the container",
  unprivileged: "a user that is not root, or user namespaces",
  no_jit: "seccomp",
};

/**
 * Makes a sandbox of child processes.
 * @throws LimitError, EngineError, IsolationError
 */
export function createProcessSandbox(functions: Functions, limits: SandboxLimits, sink: RecordSink): FfiSandbox {
  if (functions.nr_process_program(null, 0) !== Status.Ok) giveProgram(functions);
  const options = sandboxOptions(limits);
  const processes = processOptions(limits);
  const handle = new Uint32Array(1);
  const fd = new Int32Array(1);
  const inForce = new Uint32Array(1);
  const status = functions.nr_process_sandbox_create(
    options,
    options.length,
    processes,
    processes.length,
    handle,
    fd,
    inForce,
  );
  const layers = layersOf(inForce[0] as number);
  if (status === Status.Isolation) throw missingLayers(limits, layers);
  if (status === Status.NoProgram) throw new IsolationError(`new V8Sandbox(): ${NO_PROGRAM}`);
  if (status !== Status.Ok) throw creationStatusError(status);
  return new ProcessSandbox(functions, handle[0] as number, fd[0] as number, sink, limits.spinUs, layers);
}

const NO_PROGRAM =
  "the engine's library cannot be executed. It has to be on a file system without noexec, with /proc mounted.";

/** In an executable the library is no file that the system knows. */
function giveProgram(functions: Functions): void {
  const bytes = readLibrary();
  functions.nr_process_program(bytes, bytes.length);
}

class ProcessSandbox extends FfiSandbox {
  readonly layers: readonly IsolationLayer[];
  readonly #functions: Functions;
  readonly #sandbox: number;
  readonly #ofIsolate = new Float64Array(ProcessOf.Count);
  readonly #ofSandbox = new Float64Array(ProcessStat.Count);

  constructor(
    functions: Functions,
    handle: number,
    fd: number,
    sink: RecordSink,
    spinUs: number,
    layers: readonly IsolationLayer[],
  ) {
    super(processFunctions(functions), handle, fd, sink, spinUs);
    this.#functions = functions;
    this.#sandbox = handle;
    this.layers = layers;
  }

  protected override create(
    sandbox: number,
    options: Float64Array,
    isolateId: number,
    group: number,
    into: Uint32Array,
  ): number {
    return this.#functions.nr_process_isolate_create(sandbox, options, options.length, group, isolateId, into);
  }

  isolateProcess(isolate: IsolateHandle): ProcessOfIsolate | undefined {
    const values = this.#ofIsolate;
    if (this.#functions.nr_process_isolate_process(isolate, values, values.length) !== Status.Ok) return undefined;
    return { pid: values[ProcessOf.Pid] as number, isolates: values[ProcessOf.Isolates] as number };
  }

  processes(): ProcessStats {
    const values = this.#ofSandbox;
    this.#functions.nr_process_sandbox_processes(this.#sandbox, values, values.length);
    return {
      living: values[ProcessStat.Living] as number,
      spare: values[ProcessStat.Spare] as number,
      crashed: values[ProcessStat.Crashed] as number,
      started: values[ProcessStat.Started] as number,
    };
  }
}

function processFunctions(functions: Functions): SandboxFunctions {
  return {
    nr_sandbox_shutdown: functions.nr_process_sandbox_shutdown,
    nr_sandbox_release: functions.nr_process_sandbox_release,
    nr_sandbox_stats: functions.nr_process_sandbox_stats,
    nr_template_create: functions.nr_process_template_create,
    nr_template_release: functions.nr_process_template_release,
    nr_isolate_create: functions.nr_isolate_create,
    nr_isolate_post: functions.nr_process_isolate_post,
    nr_isolate_cancel: functions.nr_process_isolate_cancel,
    nr_isolate_destroy: functions.nr_process_isolate_destroy,
    nr_isolate_stats: functions.nr_process_isolate_stats,
    nr_events_take: functions.nr_process_events_take,
    nr_events_poll: functions.nr_process_events_poll,
    nr_events_arm: functions.nr_process_events_arm,
    nr_events_disarm: functions.nr_process_events_disarm,
  };
}

function processOptions(limits: SandboxLimits): Float64Array {
  const options = new Float64Array(ProcessOption.Count);
  options[ProcessOption.ProcessesMax] = limits.processesMax;
  options[ProcessOption.SpareProcesses] = limits.spareProcesses;
  options[ProcessOption.IsolatesPerProcess] = limits.isolatesPerProcess;
  for (const [bit, layer] of LAYERS) if (limits.require.includes(layer)) options[ProcessOption.Required]! |= bit;
  options[ProcessOption.NoJit] = limits.jit ? 0 : 1;
  return options;
}

function layersOf(bits: number): readonly IsolationLayer[] {
  return [...LAYERS].filter(([bit]) => (bits & bit) !== 0).map(([, layer]) => layer);
}

function missingLayers(limits: SandboxLimits, layers: readonly IsolationLayer[]): IsolationError {
  const wanted = new Set([...ALWAYS, ...limits.require]);
  if (!limits.jit) wanted.add("no_jit");
  const missing = [...wanted].filter((layer) => !layers.includes(layer));
  const needs = missing.map((layer) => `${layer} (it needs ${WAYS_OUT[layer]})`).join(", ");
  const what = missing.length === 0 ? "a child process ended while it was being confined" : `there is no ${needs}`;
  return new IsolationError(`new V8Sandbox(): isolation: "process" is not possible here: ${what}.`, missing);
}
