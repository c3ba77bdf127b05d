/** A sandbox behind the interface of lib/engine/engine.ts, by the engine's C functions. */
import type { IsolateLimits } from "../contract/options.ts";
import { IsolateFlag, IsolateOption, Status } from "../engine/constants.ts";
import type { EngineSandbox, IsolateHandle, PostKind, RecordSink, TemplateHandle } from "../engine/engine.ts";
import { Doorbell } from "./doorbell.ts";
import type { Functions } from "./library.ts";
import { Pump } from "./pump.ts";
import type { RecordSource } from "./pump.ts";

/** How long shutdown() waits for turns to stop, in milliseconds; what still runs then is left behind. */
const SHUTDOWN_WAIT_MS = 800;

/** What a sandbox calls. */
export type SandboxFunctions = Pick<
  Functions,
  | "nr_sandbox_shutdown"
  | "nr_sandbox_release"
  | "nr_sandbox_stats"
  | "nr_template_create"
  | "nr_template_release"
  | "nr_isolate_create"
  | "nr_isolate_post"
  | "nr_isolate_cancel"
  | "nr_isolate_destroy"
  | "nr_isolate_stats"
  | "nr_events_take"
  | "nr_events_poll"
  | "nr_events_arm"
  | "nr_events_disarm"
>;

/** One sandbox of the engine's, in this process or in child processes. */
export class FfiSandbox implements EngineSandbox {
  readonly #functions: SandboxFunctions;
  readonly #handle: number;
  readonly #pump: Pump;
  readonly #doorbell: Doorbell;
  readonly #newHandle = new Uint32Array(1);

  constructor(functions: SandboxFunctions, handle: number, fd: number, sink: RecordSink, spinUs: number) {
    this.#functions = functions;
    this.#handle = handle;
    this.#pump = new Pump(recordSource(functions, handle), sink, spinUs);
    try {
      this.#doorbell = new Doorbell(fd, () => this.#pump.rang());
    } catch (error) {
      functions.nr_sandbox_shutdown(handle, 0);
      functions.nr_sandbox_release(handle);
      throw error;
    }
    this.#pump.start();
  }

  createIsolate(isolateId: number, limits: IsolateLimits, group: number, template: TemplateHandle): IsolateHandle {
    const options = isolateOptions(limits, template);
    this.#pump.posting();
    const status = this.create(this.#handle, options, isolateId, group, this.#newHandle);
    if (status !== Status.Ok) return status;
    return this.#newHandle[0] as number;
  }

  /** Where the handle would be. */
  get retryAfterMs(): number {
    return this.#newHandle[0] as number;
  }

  /** In the one process that there is, groups are nothing. */
  protected create(
    sandbox: number,
    options: Float64Array,
    isolateId: number,
    _group: number,
    into: Uint32Array,
  ): number {
    return this.#functions.nr_isolate_create(sandbox, options, options.length, isolateId, into);
  }

  createTemplate(modules: Uint8Array): TemplateHandle {
    const status = this.#functions.nr_template_create(this.#handle, modules, modules.length, this.#newHandle);
    return status === Status.Ok ? (this.#newHandle[0] as number) : status;
  }

  releaseTemplate(template: TemplateHandle): void {
    this.#functions.nr_template_release(template);
  }

  post(
    isolate: IsolateHandle,
    kind: PostKind,
    encoding: number,
    requestId: number,
    bytes: Uint8Array | null,
    length: number,
  ): number {
    this.#pump.posting();
    return this.#functions.nr_isolate_post(isolate, kind, encoding, requestId, bytes, length);
  }

  cancel(isolate: IsolateHandle, requestId: number): void {
    this.#functions.nr_isolate_cancel(isolate, requestId);
  }

  destroyIsolate(isolate: IsolateHandle): void {
    this.#pump.posting();
    this.#functions.nr_isolate_destroy(isolate);
  }

  isolateStats(isolate: IsolateHandle, into: Float64Array): number {
    return this.#functions.nr_isolate_stats(isolate, into, into.length);
  }

  sandboxStats(into: Float64Array): number {
    return this.#functions.nr_sandbox_stats(this.#handle, into, into.length);
  }

  setReferenced(referenced: boolean): void {
    this.#doorbell.setReferenced(referenced);
  }

  shutdown(done: () => void): void {
    this.#functions.nr_sandbox_shutdown(this.#handle, SHUTDOWN_WAIT_MS);
    queueMicrotask(() =>
      this.#pump.finish(() => {
        this.#doorbell.close();
        this.#functions.nr_sandbox_release(this.#handle);
        done();
      }),
    );
  }
}

function recordSource(functions: SandboxFunctions, handle: number): RecordSource {
  const used = new Uint32Array(1);
  return {
    poll: (spinUs) => functions.nr_events_poll(handle, spinUs),
    take(buffer) {
      const records = functions.nr_events_take(handle, buffer, buffer.length, used);
      if (records === Status.OutOfSpace) return -(used[0] as number);
      return records > 0 ? (used[0] as number) : 0;
    },
    arm: () => functions.nr_events_arm(handle),
    disarm: () => void functions.nr_events_disarm(handle),
  };
}

function isolateOptions(limits: IsolateLimits, template: number): Float64Array {
  const options = new Float64Array(IsolateOption.Count);
  options[IsolateOption.CpuMs] = limits.cpuMs;
  options[IsolateOption.CpuTotalMs] = limits.cpuTotalMs;
  options[IsolateOption.WallMs] = limits.wallMs;
  options[IsolateOption.MemoryMb] = limits.memoryMb;
  options[IsolateOption.MailboxBytesMax] = limits.mailboxBytesMax;
  options[IsolateOption.OutboundBytesMax] = limits.outboundBytesMax;
  options[IsolateOption.MessageBytesMax] = limits.messageBytesMax;
  options[IsolateOption.RequestsMax] = limits.requestsMax;
  options[IsolateOption.TimersMax] = limits.timersMax;
  options[IsolateOption.StackKb] = limits.stackKb;
  options[IsolateOption.Flags] =
    clockFlags(limits.clock) |
    (limits.random ? IsolateFlag.RandomSeeded : 0) |
    (limits.random?.secrets ? IsolateFlag.RandomSecrets : 0) |
    (limits.wasm ? 0 : IsolateFlag.NoWasm) |
    (limits.codegen ? 0 : IsolateFlag.NoCodegen) |
    (limits.onFatal === "contain" ? IsolateFlag.ContainFatal : 0);
  options[IsolateOption.CpuShare] = limits.cpuShare;
  options[IsolateOption.RandomSeed] = limits.random?.seed ?? 0;
  options[IsolateOption.ClockStartMs] = limits.clock.kind === "host" ? limits.clock.startMs : 0;
  options[IsolateOption.Template] = template;
  return options;
}

function clockFlags(clock: IsolateLimits["clock"]): number {
  if (clock.kind === "live") return 0;
  if (clock.kind === "frozen") return IsolateFlag.ClockFrozen;
  return IsolateFlag.ClockHosted | (clock.jumps ? IsolateFlag.ClockJumps : 0);
}
