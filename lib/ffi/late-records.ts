/**
 * Records that take longer than a turn of the pump's, and those of the same isolates behind them, in order: so that other
 * isolates do not wait for them.
 */
import { RecordBuffer } from "./record-buffer.ts";

/** Shorter records are copied, so that a buffer is not kept for one of the many in it. */
const COPIED_BYTES_MAX = 64 * 1024;

/** What may wait behind the records that take so long, in bytes; beyond, no more records are taken from the engine. */
const BEHIND_BYTES_MAX = 4 * 1024 * 1024;

/** What may be here in all when a large record is to be taken besides, in bytes. */
const LARGE_BYTES_MAX = 64 * 1024 * 1024;

/** Where a record is. */
interface Kept {
  readonly buffer: RecordBuffer;
  readonly at: number;
  readonly size: number;
}

/** One isolate's, the first under way. */
interface Line {
  readonly records: Kept[];
  next: number;
}

/** Hands out a record, or a part of it. @returns whether it has been taken */
export type HandOut = (buffer: RecordBuffer, at: number, deadline: number) => boolean;

export class LateRecords {
  readonly #handOut: HandOut;
  readonly #free: (buffer: RecordBuffer) => void;
  /** By isolate: the first is the next to go on. */
  readonly #lines = new Map<number, Line>();
  #bytes = 0;
  #bytesBehind = 0;

  /** @param free - hears of a buffer that is no longer needed here */
  constructor(handOut: HandOut, free: (buffer: RecordBuffer) => void) {
    this.#handOut = handOut;
    this.#free = free;
  }

  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }

  /** Whether more records may be taken from the engine. */
  get hasRoom(): boolean {
    return this.#bytesBehind < BEHIND_BYTES_MAX;
  }

  /** Whether a record may be, that is larger than the others. */
  hasRoomFor(size: number): boolean {
    return this.isEmpty || this.#bytes + size <= LARGE_BYTES_MAX;
  }

  /** Whether the isolate's records have to wait. */
  has(isolateId: number): boolean {
    return this.#lines.size > 0 && this.#lines.has(isolateId);
  }

  /** A record was handed out, and not all of it was taken: it stays where it is. */
  begin(isolateId: number, buffer: RecordBuffer, at: number, size: number): void {
    buffer.kept++;
    this.#bytes += size;
    this.#lines.set(isolateId, { records: [{ buffer, at, size }], next: 0 });
  }

  /** The next record of an isolate that has to wait. */
  add(isolateId: number, buffer: RecordBuffer, at: number, size: number): void {
    const isCopied = size <= COPIED_BYTES_MAX;
    const own = isCopied ? new RecordBuffer(size) : buffer;
    if (isCopied) own.words.set(buffer.words.subarray(at >>> 2, (at + size) >>> 2));
    own.kept++;
    this.#bytes += size;
    this.#bytesBehind += size;
    this.#lines.get(isolateId)!.records.push({ buffer: own, at: isCopied ? 0 : at, size });
  }

  /** Goes on, with one isolate after the other. @returns whether all has been taken */
  proceed(deadline: number): boolean {
    for (const [isolateId, line] of this.#lines) {
      if (!this.#proceedWith(line, deadline)) {
        // The others first, then.
        this.#lines.delete(isolateId);
        this.#lines.set(isolateId, line);
        return false;
      }
      this.#lines.delete(isolateId);
      if (performance.now() >= deadline) break;
    }
    return this.isEmpty;
  }

  #proceedWith(line: Line, deadline: number): boolean {
    for (;;) {
      const { buffer, at, size } = line.records[line.next]!;
      if (!this.#handOut(buffer, at, deadline)) return false;
      this.#bytes -= size;
      line.records[line.next] = undefined!;
      line.next++;
      if (--buffer.kept === 0) this.#free(buffer);
      const next = line.records[line.next];
      if (!next) return true;
      this.#bytesBehind -= next.size;
      if (performance.now() >= deadline) return false;
    }
  }
}
