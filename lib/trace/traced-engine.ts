/** An engine whose traffic is shown. */
import { writeSync } from "node:fs";
import type { IsolateLimits } from "../contract/options.ts";
import type { ProcessOfIsolate, ProcessStats } from "../contract/stats.ts";
import type { Engine, EngineSandbox, IsolateHandle, PostKind, RecordSink, TemplateHandle } from "../engine/engine.ts";
import { Status } from "../engine/engine.ts";
import { describePost, describeRecord } from "./lines.ts";

const STANDARD_ERROR = 2;

/** Sandboxes of this process, in the order they were made. */
let sandboxes = 0;

/**
 * The same engine. Each line is `[nr 1234.567 0/3] -> evaluate 1 "1 + 1" (evaluate.js, 20 bytes)`: milliseconds from the
 * process's start, sandbox and isolate, `->` to the guest or `<-` from it.
 */
export function traced(engine: Engine): Engine {
  return {
    abi: engine.abi,
    v8: engine.v8,
    createSandbox: (limits, sink) => {
      const number = sandboxes++;
      const say = (isolate: number | string, text: string): void => write(`${number}/${isolate}`, text);
      say("-", `sandbox, ${limits.threads} threads, isolation ${limits.isolation}`);
      return new TracedSandbox(engine.createSandbox(limits, tracedSink(sink, say)), say);
    },
  };
}

type Say = (isolate: number | string, text: string) => void;

function tracedSink(sink: RecordSink, say: Say): RecordSink {
  /** A record that takes several looks is told once. */
  let again = false;
  return {
    record: (type, encoding, isolateId, requestId, bytes, start, end, deadline) => {
      if (!again) say(isolateId, `<- ${describeRecord(type, requestId, { encoding, bytes, start, end })}`);
      const taken = sink.record(type, encoding, isolateId, requestId, bytes, start, end, deadline);
      again = !taken;
      return taken;
    },
  };
}

class TracedSandbox implements EngineSandbox {
  readonly #inner: EngineSandbox;
  readonly #say: Say;
  readonly #ids = new Map<IsolateHandle, number>();
  /** Only if there are processes. */
  readonly processes?: () => ProcessStats;

  constructor(inner: EngineSandbox, say: Say) {
    this.#inner = inner;
    if (inner.processes) this.processes = () => inner.processes!();
    this.#say = say;
  }

  get layers(): EngineSandbox["layers"] {
    return this.#inner.layers;
  }

  get retryAfterMs(): number | undefined {
    return this.#inner.retryAfterMs;
  }

  createIsolate(isolateId: number, limits: IsolateLimits, group: number, template: TemplateHandle): IsolateHandle {
    const handle = this.#inner.createIsolate(isolateId, limits, group, template);
    this.#ids.set(handle, isolateId);
    const of = template === 0 ? "" : ` of template ${template}`;
    this.#say(
      isolateId,
      `create${of}: memoryMb ${limits.memoryMb}, cpuMs ${limits.cpuMs}${handle < 0 ? statusOf(handle) : ""}`,
    );
    return handle;
  }

  createTemplate(modules: Uint8Array): TemplateHandle {
    const handle = this.#inner.createTemplate(modules);
    this.#say("-", `template ${handle < 0 ? statusOf(handle) : handle}: ${modules.length} bytes`);
    return handle;
  }

  releaseTemplate(template: TemplateHandle): void {
    this.#say("-", `template ${template} is released`);
    this.#inner.releaseTemplate(template);
  }

  post(
    isolate: IsolateHandle,
    kind: PostKind,
    encoding: number,
    requestId: number,
    bytes: Uint8Array | null,
    length: number,
  ): number {
    const text = describePost(kind, requestId, { encoding, bytes, start: 0, end: length });
    const status = this.#inner.post(isolate, kind, encoding, requestId, bytes, length);
    this.#say(this.#idOf(isolate), `-> ${text}${statusOf(status)}`);
    return status;
  }

  cancel(isolate: IsolateHandle, requestId: number): void {
    this.#say(this.#idOf(isolate), `-> cancel ${requestId}`);
    this.#inner.cancel(isolate, requestId);
  }

  destroyIsolate(isolate: IsolateHandle): void {
    this.#say(this.#idOf(isolate), "-> destroy");
    this.#ids.delete(isolate);
    this.#inner.destroyIsolate(isolate);
  }

  isolateStats(isolate: IsolateHandle, into: Float64Array): number {
    return this.#inner.isolateStats(isolate, into);
  }

  sandboxStats(into: Float64Array): number {
    return this.#inner.sandboxStats(into);
  }

  isolateProcess(isolate: IsolateHandle): ProcessOfIsolate | undefined {
    return this.#inner.isolateProcess?.(isolate);
  }

  setReferenced(referenced: boolean): void {
    this.#inner.setReferenced(referenced);
  }

  shutdown(done: () => void): void {
    this.#say("-", "shutdown");
    this.#inner.shutdown(done);
  }

  #idOf(isolate: IsolateHandle): number | string {
    return this.#ids.get(isolate) ?? "?";
  }
}

function statusOf(status: number): string {
  const [name] = Object.entries(Status).find(([, value]) => value === status) ?? [];
  return status === Status.Ok ? "" : ` (refused: ${name ?? status})`;
}

/** At once: what ends the process comes after it. A stream that is closed or full is not the host's problem. */
function write(who: string, text: string): void {
  try {
    writeSync(STANDARD_ERROR, `[nr ${performance.now().toFixed(3)} ${who}] ${text}\n`);
  } catch {
    // Nobody reads.
  }
}
