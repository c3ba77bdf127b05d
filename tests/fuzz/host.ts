/** The C ABI as a host without the library sees it: bytes in, records out. */
import {
  IsolateOption,
  PostKind,
  RECORD_HEADER_SIZE,
  RecordType,
  SandboxOption,
  Status,
} from "../../lib/engine/constants.ts";
import { loadLibrary } from "../../lib/ffi/library.ts";
import type { Functions } from "../../lib/ffi/library.ts";
import { closeSync } from "node:fs";

export const functions: Functions = loadLibrary();

/** One record. */
export interface RawRecord {
  readonly type: number;
  readonly isolateId: number;
  readonly requestId: number;
  readonly payload: Uint8Array;
}

/** How long an answer may take before the engine counts as hung, in milliseconds. */
const PATIENCE_MS = 20_000;

/** A sandbox, driven by hand. */
export class RawSandbox {
  readonly handle: number;
  readonly #fd: number;
  readonly #buffer = new Uint8Array(1 << 20);
  readonly #used = new Uint32Array(1);

  constructor(threads: number) {
    if (functions.nr_init() !== Status.Ok) throw new Error("nr_init failed");
    const options = new Float64Array(SandboxOption.Count);
    options[SandboxOption.Threads] = threads;
    const handle = new Uint32Array(1);
    const fd = new Int32Array(1);
    const status = functions.nr_sandbox_create(options, options.length, handle, fd);
    if (status !== Status.Ok) throw new Error(`nr_sandbox_create: ${status}`);
    this.handle = handle[0] as number;
    this.#fd = fd[0] as number;
  }

  createIsolate(id: number, limits: readonly (readonly [option: number, value: number])[]): number {
    const options = new Float64Array(IsolateOption.Count);
    for (const [option, value] of limits) options[option] = value;
    const handle = new Uint32Array(1);
    const status = functions.nr_isolate_create(this.handle, options, options.length, id, handle);
    if (status !== Status.Ok) throw new Error(`nr_isolate_create: ${status}`);
    return handle[0] as number;
  }

  /** What has come since the last call. */
  take(): RawRecord[] {
    const count = functions.nr_events_take(this.handle, this.#buffer, this.#buffer.length, this.#used);
    const records: RawRecord[] = [];
    const view = new DataView(this.#buffer.buffer);
    for (let at = 0, left = count; left > 0; left--) {
      const length = view.getUint32(at + 16, true);
      const start = at + RECORD_HEADER_SIZE;
      records.push({
        type: view.getUint16(at + 4, true),
        isolateId: view.getUint32(at + 8, true),
        requestId: view.getUint32(at + 12, true),
        payload: this.#buffer.slice(start, start + length),
      });
      at += view.getUint32(at, true);
    }
    if (count < 0) throw new Error(`nr_events_take: ${count}`);
    return records;
  }

  /**
   * Takes records until one is wanted.
   * @throws Error if none is for a long time
   */
  async until(wanted: (record: RawRecord) => boolean): Promise<RawRecord> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = this.take().find(wanted);
      if (found) return found;
      if (performance.now() > deadline) throw new Error("the engine does not answer");
      await Bun.sleep(0);
    }
  }

  close(): void {
    functions.nr_sandbox_shutdown(this.handle, 5000);
    functions.nr_sandbox_release(this.handle);
    closeSync(this.#fd);
  }
}

/** A script's payload: no name, then the text as UTF-8. */
export function source(text: string): Uint8Array {
  return Buffer.concat([new Uint8Array(4), Buffer.from(text)]);
}

export { IsolateOption, PostKind, RecordType, SandboxOption, Status };
