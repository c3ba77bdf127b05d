/**
 * Brings the engine's records to the library, and decides when to look for them.
 *
 *            post or doorbell              no records, and spinUs since the last post or nothing can come
 *   asleep ------------------> looking -----------------------------------------------------------------> asleep
 *                              (setImmediate; hands out records for at most BUDGET_MS, then lets the loop turn:
 *                              also within a large record, which is handed out again until it has been taken;
 *                              meanwhile the records of other isolates go on, in turns with it: late-records.ts)
 *
 * Asleep means armed: the doorbell rings when a record comes. To look again for a while after a post saves both sides the
 * sleep and the wake-up in quick exchanges. Records alone are no reason to look again: a guest that only sends is twice
 * as fast when it is left alone until its records have gathered.
 */
import { EngineError } from "../contract/errors.ts";
import { RECORD_HEADER_SIZE } from "../engine/constants.ts";
import type { RecordSink } from "../engine/engine.ts";
import { LateRecords } from "./late-records.ts";
import { RecordBuffer } from "./record-buffer.ts";

/** Where records come from. */
export interface RecordSource {
  /**
   * Looks for records for up to `spinUs` microseconds.
   * @returns 1 if there are some, 0 if none came, 2 if none can come until something is posted, or a negative status
   */
  poll(spinUs: number): number;
  /**
   * Moves as many whole records into the buffer as fit.
   * @returns the bytes written; if not even one fits, the negative of the bytes it needs
   */
  take(buffer: Uint8Array): number;
  /** Asks for the doorbell. @returns 1, or 0 if records wait already, or a negative status */
  arm(): number;
  /** Takes that back. */
  disarm(): void;
}

/** Holds many small records. */
const BUFFER_BYTES = 256 * 1024;

/** A buffer for larger records is kept for the next ones up to this size; beyond, for those that follow at once. */
const KEPT_BYTES_MAX = 4 * 1024 * 1024;

/** How long the host's own timers and sockets may have to wait for records being handed out, in milliseconds. */
const BUDGET_MS = 2;

/** One look, in microseconds: short, so that the event loop turns between looks. */
const LOOK_US = 5;

/** What came of taking records. */
type Taken = "some" | "none" | "out of time" | "no room";

/** Hands out records. */
export class Pump {
  readonly #source: RecordSource;
  readonly #sink: RecordSink;
  readonly #spinMs: number;
  readonly #late: LateRecords;
  /** Whether the next turn is theirs. */
  #lateFirst = false;
  #standard = new RecordBuffer(BUFFER_BYTES);
  #large: RecordBuffer | undefined;
  /** A standard one of which nothing is kept any more. */
  #spare: RecordBuffer | undefined;
  #buffer = this.#standard;
  /** What of the buffer is still to be handed out. */
  #position = 0;
  #end = 0;
  #looking = false;
  #armed = false;
  #posted = false;
  #lastPost = 0;
  #handingOut = false;
  #finished = false;
  readonly #look = (): void => this.#turn();

  /** @param spinUs - how long to look for answers after a post, in microseconds */
  constructor(source: RecordSource, sink: RecordSink, spinUs: number) {
    this.#source = source;
    this.#sink = sink;
    this.#spinMs = spinUs / 1000;
    this.#late = new LateRecords(
      (buffer, at, deadline) => this.#handOutOne(buffer, at, deadline),
      (buffer) => {
        // The one that is being handed out has to come to its end.
        if (buffer !== this.#buffer) this.#dispose(buffer);
      },
    );
  }

  /** Begins: asleep. */
  start(): void {
    if (!this.#sleep()) this.#lookSoon();
  }

  /** Something is about to be posted: an answer may come soon, and is looked for without the doorbell's system calls. */
  posting(): void {
    this.#posted = true;
    if (this.#looking) return;
    if (this.#armed) this.#source.disarm();
    this.#armed = false;
    this.#lookSoon();
  }

  /** The doorbell rang. */
  rang(): void {
    this.#armed = false;
    if (!this.#looking && !this.#handingOut) this.#turn();
  }

  /** No more will come: hands out all that is left, then calls `done`. */
  finish(done: () => void): void {
    this.#finished = true;
    // Inside a handler the records around it come first.
    if (this.#handingOut) {
      setImmediate(() => this.finish(done));
      return;
    }
    do {
      this.#handOut(Infinity);
      this.#late.proceed(Infinity);
    } while (this.#take(Infinity) === "some");
    done();
  }

  #lookSoon(): void {
    this.#looking = true;
    setImmediate(this.#look);
  }

  #turn(): void {
    this.#looking = false;
    if (this.#finished) return;
    const start = performance.now();
    const deadline = start + BUDGET_MS;
    if (this.#posted) this.#lastPost = start;
    this.#posted = false;
    if (!this.#late.isEmpty) {
      this.#lateFirst = !this.#lateFirst;
      if (this.#lateFirst) this.#late.proceed(deadline);
      if (this.#finished) return;
      if (performance.now() >= deadline) return this.#lookSoon();
    }
    for (;;) {
      if (!this.#handOut(deadline)) return this.#lookSoon();
      // A handler may have shut the sandbox down.
      if (this.#finished) return;
      // Also when each buffer holds but one large record.
      if (performance.now() >= deadline) return this.#lookSoon();
      const found = this.#late.hasRoom ? this.#source.poll(this.#lookUs()) : 0;
      if (found === 1) {
        const taken = this.#take(deadline);
        if (taken === "some") continue;
        if (taken === "out of time") return this.#lookSoon();
      }
      if (!this.#late.isEmpty) {
        this.#late.proceed(deadline);
        return this.#finished ? undefined : this.#lookSoon();
      }
      const quiet = found !== 0 || performance.now() - this.#lastPost >= this.#spinMs;
      if (!quiet) return this.#lookSoon();
      if (this.#sleep()) return;
    }
  }

  #lookUs(): number {
    return this.#spinMs > 0 && this.#late.isEmpty ? LOOK_US : 0;
  }

  /** @returns false if records wait already */
  #sleep(): boolean {
    const status = this.#source.arm();
    this.#armed = status === 1;
    return status !== 0;
  }

  #take(deadline: number): Taken {
    const before = this.#buffer;
    this.#buffer = this.#standard;
    if (before !== this.#standard && before !== this.#large && before.kept === 0) this.#dispose(before);
    let used = this.#source.take(this.#buffer.bytes);
    if (used < 0) {
      if (!this.#late.hasRoomFor(-used)) return "no room";
      const buffer = this.#bufferOf(-used);
      if (!buffer.makeReady(deadline)) return "out of time";
      this.#buffer = buffer;
      used = this.#source.take(buffer.bytes);
    } else if (this.#large && this.#large.bytes.length > KEPT_BYTES_MAX) {
      this.#large.free();
      this.#large = undefined;
    }
    this.#position = 0;
    this.#end = Math.max(used, 0);
    return used > 0 ? "some" : "none";
  }

  #bufferOf(size: number): RecordBuffer {
    if (this.#large && this.#large.bytes.length >= size) return this.#large;
    this.#large?.free();
    this.#large = new RecordBuffer(size);
    return this.#large;
  }

  /** @returns false if time ran out before the records did */
  #handOut(deadline: number): boolean {
    while (this.#position < this.#end) {
      const buffer = this.#buffer;
      const at = this.#position;
      const word = at >>> 2;
      const size = buffer.words[word] as number;
      const isolateId = buffer.words[word + 2] as number;
      if (size < RECORD_HEADER_SIZE) throw new EngineError(`The engine made a record of ${size} bytes.`);
      if (this.#late.has(isolateId)) this.#keep(buffer, () => this.#late.add(isolateId, buffer, at, size));
      else if (!this.#handOutOne(buffer, at, deadline)) {
        this.#keep(buffer, () => this.#late.begin(isolateId, buffer, at, size));
        this.#position = at + size;
        this.#lateFirst = true;
        return false;
      }
      this.#position = at + size;
      if (performance.now() >= deadline && this.#position < this.#end) return false;
    }
    return true;
  }

  /** A buffer of which something is kept is not filled again. */
  #keep(buffer: RecordBuffer, keep: () => void): void {
    keep();
    if (buffer.kept === 0) return;
    if (buffer === this.#standard) {
      this.#standard = this.#spare ?? new RecordBuffer(BUFFER_BYTES);
      this.#spare = undefined;
    }
    if (buffer === this.#large) this.#large = undefined;
  }

  /** Memory of buffers is a matter of the collector's only when it is too late. */
  #dispose(buffer: RecordBuffer): void {
    const { length } = buffer.bytes;
    if (length === BUFFER_BYTES && !this.#spare) this.#spare = buffer;
    else if (length > BUFFER_BYTES && length <= KEPT_BYTES_MAX && !this.#large) this.#large = buffer;
    else buffer.free();
  }

  /** @returns whether it has been taken */
  #handOutOne({ words, bytes }: RecordBuffer, at: number, deadline: number): boolean {
    const word = at >>> 2;
    const kind = words[word + 1] as number;
    const payload = at + RECORD_HEADER_SIZE;
    this.#handingOut = true;
    try {
      return this.#sink.record(
        kind & 0xffff,
        kind >>> 16,
        words[word + 2] as number,
        words[word + 3] as number,
        bytes,
        payload,
        payload + (words[word + 4] as number),
        deadline,
      );
    } finally {
      this.#handingOut = false;
    }
  }
}
