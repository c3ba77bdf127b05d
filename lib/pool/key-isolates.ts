/** The isolates of keys: the one that was asked for longest ago goes first. */
import type { Isolate } from "../api/isolate.ts";
import type { Waiter } from "./waiter.ts";
import type { Place } from "./waiting-line.ts";

/** What a key has: its isolate, or the callers who wait for it. */
export interface Entry {
  readonly key: string;
  /** undefined as long as it is being made. */
  isolate: Isolate | undefined;
  readonly callers: Set<Waiter>;
  /** Its place in the line, until there is room for it. */
  place: Place | undefined;
  /** When it was last seen to be of use, in milliseconds, and what it had done by then. */
  usedAt: number;
  turns: number;
}

/** Those of one pool. */
export class KeyIsolates {
  /** In the order in which they were asked for. */
  readonly #entries = new Map<string, Entry>();
  /** Those that were handed out in this turn of the event loop: whoever got one has not begun to use it. */
  readonly #handedOut = new Set<Entry>();

  /** Those that live. */
  get livingCount(): number {
    let count = 0;
    for (const { isolate } of this.#entries.values()) if (isolate && !isolate.destroyed) count++;
    return count;
  }

  /** @returns what a key has, which is none if its isolate has ended */
  find(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry?.isolate?.destroyed) return entry;
    this.remove(entry);
    return undefined;
  }

  add(key: string): Entry {
    const entry: Entry = { key, isolate: undefined, callers: new Set(), place: undefined, usedAt: 0, turns: 0 };
    this.#entries.set(key, entry);
    return entry;
  }

  remove(entry: Entry): void {
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
    this.#handedOut.delete(entry);
  }

  /** Somebody gets it. */
  handOut(entry: Entry): void {
    this.#entries.delete(entry.key);
    this.#entries.set(entry.key, entry);
    entry.usedAt = performance.now();
    if (this.#handedOut.size === 0) setImmediate(() => this.#handedOut.clear());
    this.#handedOut.add(entry);
  }

  /** The one to end when room is needed: asked for longest ago, of those that do nothing. */
  leastUsed(): Entry | undefined {
    return this.#entries.values().find((entry) => !this.#isBusy(entry));
  }

  /** Those that nobody has used for so long, in milliseconds. */
  unusedFor(ms: number): Entry[] {
    const now = performance.now();
    return [...this.#entries.values()].filter((entry) => {
      const turns = entry.isolate?.stats().turns ?? 0;
      if (turns !== entry.turns || this.#isBusy(entry)) entry.usedAt = now;
      entry.turns = turns;
      return entry.usedAt <= now - ms;
    });
  }

  /** Forgets all of them. */
  clear(): Entry[] {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    this.#handedOut.clear();
    return entries;
  }

  #isBusy(entry: Entry): boolean {
    const { isolate } = entry;
    if (!isolate || this.#handedOut.has(entry)) return true;
    const { callsPending, requestsPending, mailboxBytes } = isolate.stats();
    return !isolate.destroyed && callsPending + requestsPending + mailboxBytes > 0;
  }
}
