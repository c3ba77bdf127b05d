/** Events: what their handlers get. */
import type { EndReason, GuestError, Termination } from "./errors.ts";

/** Data of messages whose type has not been declared. Deliberately unchecked, so that plain JavaScript reads naturally. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Untyped = any;

/**
 * What host and guest say to each other, for typed isolates: every member is optional, and what is left out is untyped.
 *
 * @example
 * ```ts
 * interface Calculator {
 *   toGuest: { compute: { x: number; y: number } };
 *   fromGuest: { result: { answer: number } };
 *   hostMethods: { load(name: string): string };
 *   guestMethods: { double(value: number): number };
 * }
 * const isolate = await sandbox.createIsolate<Calculator>();
 * isolate.on("result", ({ answer }) => console.log(answer.toFixed(2)));
 * isolate.send("compute", { x: 5, y: 3 });
 * ```
 */
export interface Protocol {
  /** Events the host sends: name to data. */
  toGuest?: object;
  /** Events the guest sends: name to data. Not checked at run time: what a guest sends is up to the guest. */
  fromGuest?: object;
  /** Methods the host answers with `onRequest`: name to function of one argument. */
  hostMethods?: object;
  /** Methods the guest answers, called with `isolate.request`: name to function of one argument. */
  guestMethods?: object;
  /** APIs the host gives with `expose`: global's name to object of functions, nested as they are there. */
  exposed?: object;
  /** What the host binds by the option `args` of `evaluate`: name to value. A script gets those that it is given. */
  args?: object;
  /** What the host keeps with an isolate, its `data`. */
  data?: unknown;
}

/** What `isolate.data` is; untyped where a protocol says nothing of it. */
export type DataOf<P extends Protocol> = unknown extends P["data"] ? Untyped : P["data"];

/** The names that `args` may bind; any object where a protocol says nothing of them. */
export type ArgsOf<P extends Protocol> = Declared<P["args"], object>;

/** What one script is given of them. */
export type GivenArgsOf<P extends Protocol> = object extends ArgsOf<P> ? ArgsOf<P> : Partial<ArgsOf<P>>;

/** The events of one direction of a protocol; any name with any data where none are declared. */
export type EventsOf<P extends Protocol, Side extends "toGuest" | "fromGuest"> = Declared<
  P[Side],
  Record<string, Untyped>
>;

/** The methods of one side of a protocol; any name with any data where none are declared. */
export type MethodsOf<P extends Protocol, Side extends "hostMethods" | "guestMethods"> = Declared<
  P[Side],
  Record<string, (data: Untyped) => Untyped>
>;

/**
 * A side of a protocol, if it is declared. The first question is whether it is `object` itself, as Protocol has it: without
 * strictNullChecks that is all that says that it is not.
 */
export type Declared<Names, Otherwise> =
  (<T>() => T extends Names ? 1 : 2) extends <T>() => T extends object ? 1 : 2
    ? Otherwise
    : [Names] extends [object]
      ? Names
      : Otherwise;

/** The names of a map of events or methods. */
export type NameOf<Names> = keyof Names & string;

/** The argument of a protocol's method. */
export type ArgumentOf<Method> = Method extends (data: infer Data) => unknown ? Data : Untyped;

/** What a protocol's method comes to. */
export type ResultOf<Method> = Method extends (...args: never[]) => infer Result ? Awaited<Result> : Untyped;

/** Why an isolate came to its end. */
export interface DestroyedEvent {
  /** `"destroyed"` by `destroy()`, `"shutdown"` with its sandbox, or the reason it was terminated for. */
  readonly reason: EndReason;
}

/** The isolate is close to its memory limit. */
export interface MemoryPressureEvent {
  /** What it uses, in MiB. */
  readonly usedMb: number;
  /** Its limit, in MiB. */
  readonly limitMb: number;
}

/**
 * Events of the engine itself, which no guest can forge.
 */
export interface SystemEvents {
  /** The isolate exceeded a limit and has been ended. `destroyed` follows. */
  terminated: Termination;
  /** The isolate has ended, for whatever reason. Always its last event, exactly once. */
  destroyed: DestroyedEvent;
  /** An exception nobody caught in the guest. The isolate lives on. */
  error: GuestError;
  /** A promise that was rejected in the guest and that nobody handled by the end of its turn. The isolate lives on. */
  unhandledrejection: GuestError;
  /** The isolate is close to its memory limit. */
  memory_pressure: MemoryPressureEvent;
  /** The mailbox was full and has room again: sending may go on. */
  drain: undefined;
}

/** Names of the system events. */
export type SystemEvent = keyof SystemEvents;

/** The system events' names, as a list to check against. */
export const systemEvents: readonly SystemEvent[] = [
  "terminated",
  "destroyed",
  "error",
  "unhandledrejection",
  "memory_pressure",
  "drain",
];

/** The console method a guest called. */
export type ConsoleLevel = "debug" | "error" | "info" | "log" | "trace" | "warn";

const consoleLevels: ReadonlySet<unknown> = new Set<ConsoleLevel>(["debug", "error", "info", "log", "trace", "warn"]);

/** Any other method is shown as `log`. */
export function toConsoleLevel(level: unknown): ConsoleLevel {
  return consoleLevels.has(level) ? (level as ConsoleLevel) : "log";
}

/** One call of the guest's console. */
export interface ConsoleEvent {
  /** The method: `"log"`, `"error"`, … */
  readonly level: ConsoleLevel;
  /**
   * Its arguments, as data. What cannot be cloned comes as the text that a console would show of it. None if they are more
   * than the host takes in one message (docs/limits.md): `text` is there all the same.
   */
  readonly args: readonly Untyped[];
  /**
   * What a console would print, untrusted: format specifiers (`%s`, `%d`, …) applied, objects as node's `util.inspect`
   * shows them (classes, functions, Map, Set, errors with their stacks, cycles; getters are not run), tables as node prints
   * them, groups indented. At most 64 Ki UTF-16 code units.
   */
  readonly text: string;
}
