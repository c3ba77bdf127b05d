/**
 * Performance Timeline: entries, and the buffers they are kept in.
 * https://w3c.github.io/performance-timeline/#the-performanceentry-interface
 */
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import { ArrayPrototypeSort, newArray, newList } from "../core/primordials.ts";
import { executing, requireArguments, toDOMString } from "../webidl/converters.ts";
import { defineValue, publishInterface, requireInternal } from "../webidl/interfaces.ts";

/** What a subclass passes on: the members of the interface. */
export interface EntryInit {
  readonly name: string;
  readonly entryType: string;
  /** Milliseconds since the time origin. */
  readonly startTime: number;
  /** Milliseconds. */
  readonly duration: number;
}

let lastId = 0;

/** The state behind an entry. @throws TypeError if it is none */
export let initOf: (entry: PerformanceEntry) => EntryInit;

/** https://w3c.github.io/performance-timeline/#dom-performanceentry */
export class PerformanceEntry {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #init: EntryInit;
  readonly #id: number;

  static {
    initOf = (entry): EntryInit => entry.#init;
  }

  constructor(token: unknown = undefined, init: unknown = undefined) {
    requireInternal(token);
    this.#init = init as EntryInit;
    this.#id = ++lastId;
  }

  get id(): number {
    return this.#id;
  }

  get name(): string {
    return this.#init.name;
  }

  get entryType(): string {
    return this.#init.entryType;
  }

  get startTime(): number {
    return this.#init.startTime;
  }

  get duration(): number {
    return this.#init.duration;
  }

  /** Nobody navigates here. */
  get navigationId(): number {
    // The brand check.
    return this.#id * 0;
  }

  toJSON(): object {
    const { name, entryType, startTime, duration } = this.#init;
    return { id: this.#id, name, entryType, startTime, duration, navigationId: 0 };
  }
}

publishInterface(PerformanceEntry, "PerformanceEntry");
defineValue(PerformanceEntry, "length", 0, false, false);

/** A list of entries that getEntries() and its like are asked of. */
export class EntryBuffer {
  #entries = newList<PerformanceEntry>();

  get length(): number {
    return this.#entries.length;
  }

  append(entry: PerformanceEntry): void {
    this.#entries[this.#entries.length] = entry;
  }

  /** All at once: the list is the caller's from now on. */
  take(): EntryBuffer {
    const taken = new EntryBuffer();
    taken.#entries = this.#entries;
    this.#entries = newList<PerformanceEntry>();
    return taken;
  }

  appendType(other: EntryBuffer, type: string): void {
    const entries = other.#entries;
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index]!;
      if (initOf(entry).entryType === type) this.append(entry);
    }
  }

  /** Removes those of a type, and of a name if there is one. */
  remove(type: string, name: string | undefined): void {
    const kept = newList<PerformanceEntry>();
    for (let index = 0; index < this.#entries.length; index++) {
      const entry = this.#entries[index]!;
      const init = initOf(entry);
      if (init.entryType !== type || (name !== undefined && init.name !== name)) kept[kept.length] = entry;
    }
    this.#entries = kept;
  }

  /** The latest of a type and name. */
  last(type: string, name: string): PerformanceEntry | undefined {
    for (let index = this.#entries.length - 1; index >= 0; index--) {
      const entry = this.#entries[index]!;
      const init = initOf(entry);
      if (init.entryType === type && init.name === name) return entry;
    }
    return undefined;
  }

  /** https://w3c.github.io/performance-timeline/#filter-buffer-by-name-and-type: an array for guests. */
  filter(name: string | undefined, type: string | undefined): PerformanceEntry[] {
    const list = newList<PerformanceEntry>();
    for (let index = 0; index < this.#entries.length; index++) {
      const entry = this.#entries[index]!;
      const init = initOf(entry);
      if ((name === undefined || init.name === name) && (type === undefined || init.entryType === type)) {
        list[list.length] = entry;
      }
    }
    ArrayPrototypeSort(list, (first, second) => initOf(first).startTime - initOf(second).startTime);
    return newArray(list);
  }
}

/** The three operations of Performance and PerformanceObserverEntryList, as methods of a given interface. */
export function entryOperations(
  interfaceName: string,
  bufferOf: (self: unknown) => EntryBuffer,
): Readonly<Record<"getEntries" | "getEntriesByType" | "getEntriesByName", Function>> {
  return {
    getEntries(): PerformanceEntry[] {
      return bufferOf(this).filter(undefined, undefined);
    },
    getEntriesByType(type: unknown): PerformanceEntry[] {
      const buffer = bufferOf(this);
      requireArguments(arguments.length, 1, executing("getEntriesByType", interfaceName));
      return buffer.filter(undefined, toDOMString(type));
    },
    getEntriesByName(name: unknown, type: unknown = undefined): PerformanceEntry[] {
      const buffer = bufferOf(this);
      requireArguments(arguments.length, 1, executing("getEntriesByName", interfaceName));
      const wanted = toDOMString(name);
      return buffer.filter(wanted, type === undefined ? undefined : toDOMString(type));
    },
  };
}
