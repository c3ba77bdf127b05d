/**
 * Performance Timeline. https://w3c.github.io/performance-timeline/
 */
import { DOMException } from "../errors/dom-exception.ts";
import { Performance, requirePerformance } from "./hr-time.ts";
import { type PerformanceEntry, EntryBuffer, entryOperations, initOf } from "./performance-entry.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import {
  NativeTypeError,
  ReflectApply,
  SymbolIterator,
  isObject,
  newFrozenArray,
  newList,
} from "../core/primordials.ts";
import { reportException } from "../errors/report-exception.ts";
import { ListenerList, type Listener } from "../core/listener-list.ts";
import { queueTask } from "../timing/timers.ts";
import {
  constructing,
  executing,
  requireArguments,
  toDOMString,
  toDictionary,
  toFunction,
  toIterated,
} from "../webidl/converters.ts";
import {
  defineValue,
  internalConstruction,
  publishInterface,
  publishPartialInterface,
  requireInternal,
} from "../webidl/interfaces.ts";

/** https://w3c.github.io/performance-timeline/#dfn-performance-entry-buffer, all types in one. */
export const timeline = new EntryBuffer();
/** https://w3c.github.io/performance-timeline/#dfn-list-of-registered-performance-observer-objects */
const observers = new ListenerList<PerformanceObserver>();
/** https://w3c.github.io/performance-timeline/#dfn-performance-observer-task-queued-flag */
let taskQueued = false;

const supportedTypes = newFrozenArray(["mark", "measure"]);
const observeContext = executing("observe", "PerformanceObserver");

function isSupported(type: string): boolean {
  for (let index = 0; index < supportedTypes.length; index++) if (supportedTypes[index] === type) return true;
  return false;
}

publishPartialInterface(
  Performance,
  entryOperations("Performance", (self) => {
    requirePerformance(self);
    return timeline;
  }),
);

/** https://w3c.github.io/performance-timeline/#queue-a-performanceentry, then into the buffer. */
export function queueEntry(entry: PerformanceEntry): void {
  const { entryType } = initOf(entry);
  let observed = false;
  for (let listener = observers.first; listener !== null; listener = listener.next) {
    if (offer(listener.value, entry, entryType)) observed = true;
  }
  timeline.append(entry);
  if (observed) queueObserverTask();
}

/** https://w3c.github.io/performance-timeline/#queue-the-performanceobserver-task */
function queueObserverTask(): void {
  if (taskQueued) return;
  taskQueued = true;
  queueTask(() => {
    taskQueued = false;
    const end = observers.last?.sequence ?? 0;
    for (let listener = observers.first; listener !== null && listener.sequence <= end; listener = listener.next) {
      if (!listener.removed) notify(listener.value);
    }
  });
}

/** https://w3c.github.io/performance-timeline/#the-performanceobserverentrylist-interface */
export class PerformanceObserverEntryList {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #entries: EntryBuffer;

  constructor(token: unknown = undefined, entries: unknown = undefined) {
    requireInternal(token);
    this.#entries = entries as EntryBuffer;
  }

  static {
    const operations = entryOperations("PerformanceObserverEntryList", (self) => {
      if (isObject(self) && #entries in self) return self.#entries;
      throw new NativeTypeError("Illegal invocation");
    });
    publishPartialInterface(PerformanceObserverEntryList, operations);
  }
}

publishInterface(PerformanceObserverEntryList, "PerformanceObserverEntryList");
defineValue(PerformanceObserverEntryList, "length", 0, false, false);

/** Gives an observer an entry. False: it does not observe the type. */
let offer: (observer: PerformanceObserver, entry: PerformanceEntry, type: string) => boolean;
/** Calls an observer back with what it has. */
let notify: (observer: PerformanceObserver) => void;

/** https://w3c.github.io/performance-timeline/#the-performanceobserver-interface */
export class PerformanceObserver {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #callback: Function;
  #buffer = new EntryBuffer();
  /** https://w3c.github.io/performance-timeline/#dfn-observer-type */
  #kind: "undefined" | "single" | "multiple" = "undefined";
  #types = newList<string>();
  #requiresDroppedEntries = false;
  #registration: Listener<PerformanceObserver> | undefined;

  static {
    offer = (observer, entry, type): boolean => {
      if (!observer.#observes(type)) return false;
      observer.#buffer.append(entry);
      return true;
    };
    notify = (observer): void => {
      if (observer.#buffer.length === 0) return;
      const entries = observer.#buffer.take();
      const list = new (PerformanceObserverEntryList as unknown as new (token: symbol, entries: EntryBuffer) => object)(
        internalConstruction,
        entries,
      );
      // Nothing is ever dropped: the buffers of marks and measures have no bound of their own.
      const options = observer.#requiresDroppedEntries ? { droppedEntriesCount: 0 } : {};
      observer.#requiresDroppedEntries = false;
      try {
        ReflectApply(observer.#callback, observer, [list, observer, options]);
      } catch (error) {
        reportException(error);
      }
    };
  }

  constructor(callback: unknown) {
    const context = constructing("PerformanceObserver");
    requireArguments(arguments.length, 1, context);
    this.#callback = toFunction(callback, 1, context);
  }

  /** https://w3c.github.io/performance-timeline/#dom-performanceobserver-supportedentrytypes */
  static get supportedEntryTypes(): readonly string[] {
    return supportedTypes;
  }

  /** https://w3c.github.io/performance-timeline/#dom-performanceobserver-observe */
  observe(options: unknown = undefined): void {
    const kind = this.#kind;
    const dictionary = toDictionary(options, observeContext);
    const { buffered, entryTypes, type } = toObserverInit(dictionary);
    if (entryTypes === undefined && type === undefined) {
      throw new NativeTypeError(`${observeContext}: An observe() call must include either entryTypes or type.`);
    }
    if (entryTypes !== undefined && type !== undefined) {
      throw new NativeTypeError(`${observeContext}: An observe() call must not include both entryTypes and type.`);
    }
    const wanted = entryTypes === undefined ? "single" : "multiple";
    if (kind !== "undefined" && kind !== wanted) {
      throw new DOMException(
        `${observeContext}: The observer has been given ${kind === "single" ? "a type" : "entryTypes"} before.`,
        "InvalidModificationError",
      );
    }
    this.#kind = wanted;
    this.#requiresDroppedEntries = true;
    if (entryTypes !== undefined) this.#observeTypes(entryTypes);
    else this.#observeType(type!, buffered);
  }

  disconnect(): void {
    this.#buffer = new EntryBuffer();
    this.#types = newList<string>();
    this.#kind = "undefined";
    if (this.#registration === undefined) return;
    observers.remove(this.#registration);
    this.#registration = undefined;
  }

  takeRecords(): PerformanceEntry[] {
    return this.#buffer.take().filter(undefined, undefined);
  }

  #observes(type: string): boolean {
    for (let index = 0; index < this.#types.length; index++) if (this.#types[index] === type) return true;
    return false;
  }

  #register(): void {
    this.#registration ??= observers.append(this);
  }

  #observeTypes(entryTypes: readonly string[]): void {
    const types = newList<string>();
    for (let index = 0; index < entryTypes.length; index++) {
      const type = entryTypes[index]!;
      if (isSupported(type)) types[types.length] = type;
    }
    if (types.length === 0) return;
    this.#types = types;
    this.#register();
  }

  #observeType(type: string, buffered: boolean): void {
    if (!isSupported(type)) return;
    if (!this.#observes(type)) this.#types[this.#types.length] = type;
    this.#register();
    if (!buffered) return;
    this.#buffer.appendType(timeline, type);
    queueObserverTask();
  }
}

publishInterface(PerformanceObserver, "PerformanceObserver");

interface ObserverInit {
  readonly buffered: boolean;
  readonly entryTypes: readonly string[] | undefined;
  readonly type: string | undefined;
}

/** https://w3c.github.io/performance-timeline/#dom-performanceobserverinit */
function toObserverInit(dictionary: Record<string, unknown> | undefined): ObserverInit {
  if (dictionary === undefined) return { buffered: false, entryTypes: undefined, type: undefined };
  const buffered = !!dictionary.buffered;
  const given: unknown = dictionary.entryTypes;
  const entryTypes = given === undefined ? undefined : toStrings(given);
  const type: unknown = dictionary.type;
  return { buffered, entryTypes, type: type === undefined ? undefined : toDOMString(type) };
}

function toStrings(value: unknown): readonly string[] {
  const method = isObject(value) ? (value as Record<PropertyKey, unknown>)[SymbolIterator] : undefined;
  if (typeof method !== "function") {
    throw new NativeTypeError(`${observeContext}: The provided entryTypes cannot be converted to a sequence.`);
  }
  return toIterated(value as object, method, observeContext, toDOMString);
}
