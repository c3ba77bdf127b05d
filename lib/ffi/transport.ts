/** The engine in this process, behind the interface of lib/engine/engine.ts. The only caller of its C functions. */
import type { Socket } from "bun";
import { EngineError, LimitError } from "../contract/errors.ts";
import type { IsolateLimits, SandboxLimits } from "../contract/options.ts";
import { ABI_VERSION, IsolateFlag, IsolateOption, SandboxOption, Status } from "../engine/constants.ts";
import type { Engine, EngineSandbox, IsolateHandle, PostKind, RecordSink } from "../engine/engine.ts";
import { loadLibrary } from "./library.ts";
import type { Functions } from "./library.ts";
import { Pump } from "./pump.ts";
import type { RecordSource } from "./pump.ts";

/** How long shutdown() waits for turns to stop, in milliseconds; what still runs then is left behind. */
const SHUTDOWN_WAIT_MS = 800;

let loaded: Engine | undefined;

/**
 * The engine, loaded and started on first use.
 * @throws EngineNotFoundError, EngineMismatchError, EngineError
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
    const status = functions.nr_init();
    if (status !== Status.Ok) throw new EngineError(`V8 could not be started (status ${status}).`);
    this.#functions = functions;
    this.v8 = String(functions.nr_v8_version());
  }

  createSandbox(limits: SandboxLimits, sink: RecordSink): EngineSandbox {
    const options = new Float64Array(SandboxOption.Count);
    options[SandboxOption.Threads] = limits.threads;
    options[SandboxOption.OutboundBytesMax] = limits.outboundBytesTotalMax;
    options[SandboxOption.IsolatesMax] = limits.isolatesMax;
    // To the engine 0 means its own default and a negative number means never, or none.
    options[SandboxOption.SpinUs] = limits.spinUs === 0 ? -1 : limits.spinUs;
    options[SandboxOption.SpareThreads] = limits.spareThreads === 0 ? -1 : limits.spareThreads;
    const handle = new Uint32Array(1);
    const fd = new Int32Array(1);
    const status = this.#functions.nr_sandbox_create(options, options.length, handle, fd);
    if (status === Status.Limit) throw new LimitError("new V8Sandbox(): too many sandboxes. Shut some down first.");
    if (status === Status.NoMemory) throw new LimitError("new V8Sandbox(): the system gave the process no memory.");
    if (status === Status.NoDescriptor) {
      throw new LimitError(
        "new V8Sandbox(): the process may open no more file descriptors. Close some, or raise the limit (ulimit -n).",
      );
    }
    if (status !== Status.Ok) throw new EngineError(`new V8Sandbox(): the engine refused (status ${status}).`);
    return new FfiSandbox(this.#functions, handle[0] as number, fd[0] as number, sink, limits.spinUs);
  }
}

class FfiSandbox implements EngineSandbox {
  readonly #functions: Functions;
  readonly #handle: number;
  readonly #pump: Pump;
  readonly #doorbell: Doorbell;
  readonly #newHandle = new Uint32Array(1);

  constructor(functions: Functions, handle: number, fd: number, sink: RecordSink, spinUs: number) {
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

  createIsolate(isolateId: number, limits: IsolateLimits): IsolateHandle {
    const options = isolateOptions(limits);
    this.#pump.posting();
    const status = this.#functions.nr_isolate_create(this.#handle, options, options.length, isolateId, this.#newHandle);
    if (status !== Status.Ok) return status;
    return this.#newHandle[0] as number;
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

/** The engine's end of a socket pair: a byte arrives when records wait. Bun owns the descriptor from here on. */
class Doorbell {
  #socket: Socket | undefined;
  #referenced = true;

  constructor(fd: number, ring: () => void) {
    const socket = {
      open: (opened: Socket): void => {
        this.#socket = opened;
      },
      data: ring,
      // What can go wrong with it goes wrong only when the process or the worker ends.
      error: (): void => {},
    };
    void Bun.connect({ fd, socket } as unknown as Parameters<typeof Bun.connect>[0]);
    if (!this.#socket) throw new EngineError("new V8Sandbox(): Bun did not take over the engine's doorbell.");
    this.setReferenced(false);
  }

  setReferenced(referenced: boolean): void {
    if (referenced === this.#referenced) return;
    this.#referenced = referenced;
    if (referenced) this.#socket?.ref();
    else this.#socket?.unref();
  }

  close(): void {
    this.#socket?.terminate();
  }
}

function recordSource(functions: Functions, handle: number): RecordSource {
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

function isolateOptions(limits: IsolateLimits): Float64Array {
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
    (limits.clock === "frozen" ? IsolateFlag.ClockFrozen : 0) |
    (limits.wasm ? 0 : IsolateFlag.NoWasm) |
    (limits.codegen ? 0 : IsolateFlag.NoCodegen) |
    (limits.onFatal === "contain" ? IsolateFlag.ContainFatal : 0);
  options[IsolateOption.CpuShare] = limits.cpuShare;
  return options;
}
