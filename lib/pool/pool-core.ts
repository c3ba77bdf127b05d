/** What an IsolatePool does behind its public face: who gets which isolate, and when others are made. */
import { retire } from "../api/isolate.ts";
import type { Isolate } from "../api/isolate.ts";
import { tallyOf } from "../api/sandbox.ts";
import type { V8Sandbox } from "../api/sandbox.ts";
import { AbortError, SandboxShutdownError } from "../contract/errors.ts";
import { PoolClosedError, PoolExhaustedError } from "./errors.ts";
import { KeyCalls } from "./key-calls.ts";
import { Maker } from "./maker.ts";
import type { PoolSettings } from "./options.ts";
import { Retries } from "./retries.ts";
import type { PoolStats } from "./stats.ts";
import { Waiter } from "./waiter.ts";
import { WaitingLine } from "./waiting-line.ts";
import { work } from "./work.ts";
import type { Work } from "./work.ts";

/** Made at once for later: more would take the processors from those at work. */
const REFILLS_MAX = 2;
/** After a run has taken an isolate, in milliseconds, another one is made. */
const REFILL_MS = 1;
/** How often it is looked whether a key's isolate has become idle while somebody waits for its room, in milliseconds. */
const LOOK_MS = 10;

/** One pool's state. */
export class PoolCore {
  readonly #settings: PoolSettings;
  readonly #maker: Maker;
  /** How long callers waited for their isolates. */
  readonly #queueWaitMs: { add(ms: number): void };
  /** Fresh ones. Some may have ended, which nobody is told. */
  readonly #ready: Isolate[] = [];
  readonly #line = new WaitingLine();
  readonly #keys: KeyCalls;
  /** The runs at work, by what gives them up. */
  readonly #running = new Map<AbortController, Isolate>();
  readonly #retries = new Retries(() => this.#serve());
  /** Isolates that runs have. */
  #lent = 0;
  /** Being made for whichever run is first. */
  #making = 0;
  #made = 0;
  #failed = 0;
  #closed = false;
  /** Nobody has the pool any more, or it has no sandbox: nothing is made for later. */
  #dropped = false;
  #refilling: ReturnType<typeof setTimeout> | undefined;
  #looking: ReturnType<typeof setTimeout> | undefined;

  constructor(sandbox: V8Sandbox, settings: PoolSettings) {
    this.#settings = settings;
    this.#maker = new Maker(sandbox, settings);
    this.#queueWaitMs = tallyOf(sandbox).queueWaitMs;
    this.#keys = new KeyCalls({
      ...{ line: this.#line, maker: this.#maker, idleMs: settings.idleMs },
      serve: () => this.#serve(),
      refusal: (doing) => (this.#isOverfull ? this.#exhausted(doing) : undefined),
    });
    this.#serve();
  }

  stats(): PoolStats {
    return {
      ready: this.#ready.filter(({ destroyed }) => !destroyed).length,
      making: this.#making + this.#keys.making,
      running: this.#lent,
      keys: this.#keys.livingCount,
      waiting: this.#waiting,
      made: this.#made + this.#keys.made,
      failed: this.#failed + this.#keys.failed,
      evicted: this.#keys.evicted,
    };
  }

  /** @param task - gets a fresh isolate, which ends with it */
  async run<T>(task: Work<T>, signal: AbortSignal | undefined): Promise<T> {
    this.#assertOpen("pool.run()", signal);
    const ready = this.#line.length === 0 ? this.#take() : undefined;
    if (ready) this.#queueWaitMs.add(0);
    const isolate = ready ?? (await this.#timed(this.#wait(signal)));
    try {
      // Between the isolate's coming and this: a run that nobody wants begins nothing.
      this.#assertOpen("pool.run()", signal);
      this.#refillSoon();
      isolate.ref();
      return await work(isolate, task, signal, this.#running);
    } finally {
      retire(isolate);
      this.#lent--;
      if (this.#line.length > 0) this.#serve();
      else this.#refillSoon();
    }
  }

  /** @returns the key's isolate */
  get(key: string, signal: AbortSignal | undefined): Promise<Isolate> {
    this.#assertOpen("pool.get()", signal);
    return this.#timed(this.#keys.get(key, signal));
  }

  async #timed(waiting: Promise<Isolate>): Promise<Isolate> {
    const startedAt = performance.now();
    const isolate = await waiting;
    this.#queueWaitMs.add(performance.now() - startedAt);
    return isolate;
  }

  /** Ends a key's isolate. @returns whether it had one */
  delete(key: string): boolean {
    const had = this.#keys.delete(key);
    if (had) this.#serve();
    return had;
  }

  /** Nobody has the public face: nothing is kept ready any more. What callers have is theirs. */
  drop(): void {
    this.#dropped = true;
    this.#retries.close();
    for (const isolate of this.#ready.splice(0)) isolate.destroy();
  }

  /** @returns the isolates that it ended */
  close(): Isolate[] {
    this.#closed = true;
    for (const timer of [this.#refilling, this.#looking]) clearTimeout(timer);
    this.#retries.close();
    this.#maker.close();
    for (const place of this.#line.clear()) place.refuse(new PoolClosedError("pool.run()"));
    const ended = [...this.#ready.splice(0), ...this.#running.values()];
    for (const controller of this.#running.keys()) controller.abort(new PoolClosedError("pool.run()"));
    ended.push(...this.#keys.close());
    for (const isolate of ended) isolate.destroy();
    return ended;
  }

  /** Callers for whom nothing is being made. */
  get #waiting(): number {
    return Math.max(0, this.#line.runs - this.#making) + this.#keys.waiting;
  }

  get #isOverfull(): boolean {
    return this.#waiting > this.#settings.waitingMax;
  }

  get #living(): number {
    return this.#ready.length + this.#making + this.#lent + this.#keys.making + this.#keys.livingCount;
  }

  #assertOpen(doing: string, signal: AbortSignal | undefined): void {
    if (this.#closed) throw new PoolClosedError(doing);
    if (signal?.aborted) throw new AbortError(doing, signal.reason);
  }

  #exhausted(doing: string): PoolExhaustedError {
    return new PoolExhaustedError(doing, this.#settings.max, this.#settings.waitingMax);
  }

  /** A fresh isolate for a run. */
  #take(): Isolate | undefined {
    for (;;) {
      const isolate = this.#ready.shift();
      if (!isolate) return undefined;
      if (isolate.destroyed) continue;
      this.#lent++;
      return isolate;
    }
  }

  #wait(signal: AbortSignal | undefined): Promise<Isolate> {
    const waiter = new Waiter("pool.run()", signal, () => void this.#line.leave(place));
    const place = {
      key: undefined,
      give: (isolate: Isolate) => waiter.resolve(isolate),
      refuse: (error: unknown) => waiter.reject(error),
    };
    this.#line.join(place);
    this.#serve();
    if (this.#isOverfull && this.#line.leave(place)) waiter.reject(this.#exhausted("pool.run()"));
    return waiter.promise;
  }

  /** Hands out what there is, and has made what is missing. */
  #serve(): void {
    if (this.#closed) return;
    for (let place = this.#line.first; place; place = this.#line.first) {
      const isRun = place.key === undefined;
      const isolate = isRun ? this.#take() : undefined;
      if (isRun ? !isolate : !this.#makeRoom()) break;
      this.#line.leave(place);
      place.give(isolate);
    }
    while (this.#making < this.#line.runs && this.#makeRoom()) void this.#make();
    while (this.#lacks()) void this.#make();
    if (this.#line.length > 0 && this.#keys.livingCount > 0) this.#lookSoon();
  }

  /** Whether to make one more for later. */
  #lacks(): boolean {
    const forLater = this.#making - this.#line.runs;
    return (
      !(this.#dropped || this.#retries.waiting) &&
      forLater < REFILLS_MAX &&
      this.#ready.length + forLater < this.#settings.size &&
      this.#living < this.#settings.max
    );
  }

  /** A run that is over soon has the processors until then. What nobody waits for keeps no process alive. */
  #refillSoon(): void {
    this.#refilling ??= setTimeout(() => {
      this.#refilling = undefined;
      this.#serve();
    }, REFILL_MS).unref();
  }

  /** @returns whether one more may be made */
  #makeRoom(): boolean {
    if (this.#living < this.#settings.max) return true;
    const spare = this.#ready.pop();
    if (spare) {
      spare.destroy();
      return true;
    }
    return this.#keys.evict();
  }

  async #make(): Promise<void> {
    this.#making++;
    try {
      const isolate = await this.#maker.make(undefined);
      this.#made++;
      this.#retries.succeeded();
      // What waits for work keeps no process alive.
      if (this.#closed || (this.#dropped && this.#line.length === 0)) isolate.destroy();
      else this.#ready.push(isolate.unref());
    } catch (error) {
      this.#failed++;
      const run = this.#line.firstRun;
      if (run && this.#line.leave(run)) run.refuse(error);
      else if (error instanceof SandboxShutdownError) this.#dropped = true;
      else if (!this.#closed) this.#retries.failed();
    }
    this.#making--;
    this.#serve();
  }

  /** That an isolate has become idle is nobody's to tell. */
  #lookSoon(): void {
    this.#looking ??= setTimeout(() => {
      this.#looking = undefined;
      this.#serve();
    }, LOOK_MS).unref();
  }
}
