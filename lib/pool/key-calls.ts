/** Who asks for the isolate of a key, and its making. */
import type { Isolate } from "../api/isolate.ts";
import { PoolClosedError } from "./errors.ts";
import type { Entry } from "./key-isolates.ts";
import { KeyIsolates } from "./key-isolates.ts";
import type { Maker } from "./maker.ts";
import { Waiter } from "./waiter.ts";
import type { WaitingLine } from "./waiting-line.ts";

/** How often isolates that are idle are looked for in the time after which they end. */
const LOOKS_IN_IDLE_TIME = 4;

/** What is asked of the pool. */
export interface KeyOwner {
  readonly line: WaitingLine;
  readonly maker: Maker;
  /** After so long without use an isolate ends, in milliseconds, 0 = never. */
  readonly idleMs: number;
  /** Something has changed: who waits is served. */
  serve(): void;
  /** What to tell a caller for whom there is no place; undefined if there is. */
  refusal(doing: string): Error | undefined;
}

/** The keys of one pool. */
export class KeyCalls {
  readonly #owner: KeyOwner;
  readonly #keys = new KeyIsolates();
  /** Isolates that are being made. */
  making = 0;
  /** Callers whose keys wait for room. */
  waiting = 0;
  made = 0;
  failed = 0;
  evicted = 0;
  #closed = false;
  #expiring: ReturnType<typeof setTimeout> | undefined;

  constructor(owner: KeyOwner) {
    this.#owner = owner;
  }

  get livingCount(): number {
    return this.#keys.livingCount;
  }

  /** @returns the key's isolate, which is made if it has none */
  get(key: string, signal: AbortSignal | undefined): Promise<Isolate> {
    const known = this.#keys.find(key);
    if (known?.isolate) {
      this.#keys.handOut(known);
      return Promise.resolve(known.isolate);
    }
    const entry = known ?? this.#keys.add(key);
    const caller = new Waiter("pool.get()", signal, () => this.#leave(entry, caller));
    entry.callers.add(caller);
    if (entry.place) this.waiting++;
    if (!known) this.#askForRoom(entry);
    const refusal = entry.place && this.#owner.refusal("pool.get()");
    if (refusal) {
      this.#leave(entry, caller);
      caller.reject(refusal);
    }
    return caller.promise;
  }

  /** Ends a key's isolate. @returns whether it had one */
  delete(key: string): boolean {
    const entry = this.#keys.find(key);
    if (!entry?.isolate) return false;
    this.#end(entry);
    return true;
  }

  /** Ends the isolate that was asked for longest ago, of those that do nothing. @returns whether there was one */
  evict(): boolean {
    const entry = this.#keys.leastUsed();
    if (!entry) return false;
    const lived = !entry.isolate?.destroyed;
    this.#end(entry);
    if (lived) this.evicted++;
    return lived || this.evict();
  }

  /** @returns what is to be ended */
  close(): Isolate[] {
    this.#closed = true;
    clearTimeout(this.#expiring);
    const entries = this.#keys.clear();
    for (const { callers } of entries) for (const caller of callers) caller.reject(new PoolClosedError("pool.get()"));
    return entries.flatMap(({ isolate }) => isolate ?? []);
  }

  #askForRoom(entry: Entry): void {
    entry.place = {
      key: entry.key,
      give: () => {
        this.waiting -= entry.callers.size;
        entry.place = undefined;
        void this.#make(entry);
      },
      // Its callers are told by whoever closes the pool.
      refuse: () => {},
    };
    this.waiting += entry.callers.size;
    this.#owner.line.join(entry.place);
    this.#owner.serve();
  }

  async #make(entry: Entry): Promise<void> {
    this.making++;
    try {
      const isolate = await this.#owner.maker.make(entry.key);
      this.made++;
      if (this.#closed) isolate.destroy();
      else {
        entry.isolate = isolate;
        this.#keys.handOut(entry);
        this.#expireLater();
        for (const caller of entry.callers) caller.resolve(isolate);
      }
    } catch (error) {
      this.failed++;
      this.#keys.remove(entry);
      for (const caller of entry.callers) caller.reject(error);
    }
    entry.callers.clear();
    this.making--;
    this.#owner.serve();
  }

  /** A caller waits no longer. Room that nobody waits for is not asked for; what is being made will be of use to others. */
  #leave(entry: Entry, caller: Waiter): void {
    if (!entry.callers.delete(caller) || !entry.place) return;
    this.waiting--;
    if (entry.callers.size > 0) return;
    this.#owner.line.leave(entry.place);
    this.#keys.remove(entry);
    this.#owner.serve();
  }

  #end(entry: Entry): void {
    this.#keys.remove(entry);
    entry.isolate?.destroy();
  }

  #expireLater(): void {
    const { idleMs } = this.#owner;
    if (idleMs === 0 || this.#expiring) return;
    this.#expiring = setTimeout(() => {
      this.#expiring = undefined;
      for (const entry of this.#keys.unusedFor(idleMs)) {
        if (!entry.isolate?.destroyed) this.evicted++;
        this.#end(entry);
      }
      if (this.#keys.livingCount > 0) this.#expireLater();
      this.#owner.serve();
    }, idleMs / LOOKS_IN_IDLE_TIME).unref();
  }
}
