/**
 * Console. https://console.spec.whatwg.org/
 *
 * A no-op unless the host listens. Then each call that prints becomes one record: a level, the arguments as data, and the
 * text of them. What shows objects is loaded when it is first needed. The level is the printer's severity: log, debug, info, warn, error, or trace, whose last argument is
 * the guest's stack.
 */
import { currentHighResolutionTime } from "../timing/clock.ts";
import { Op } from "../core/engine.ts";
import {
  ErrorCaptureStackTrace,
  SafeMap,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  concatLists,
} from "../core/primordials.ts";
import { toDOMString } from "../webidl/converters.ts";
import { loadValue } from "../webidl/lazy.ts";

/** What console-format.ts publishes. */
interface Formatter {
  /** The Formatter and the Printer of the standard. */
  format(args: readonly unknown[]): string;
  inspect(value: unknown, options?: unknown): string;
  /** A table, or what `format` makes of data that has no parts. */
  table(data: unknown, properties: unknown): string;
}

/** Whether the host listens. */
let on = false;

/** https://console.spec.whatwg.org/#counting */
let counts: SafeMap<string, number> | undefined;
/** https://console.spec.whatwg.org/#timing: label to start, in milliseconds since the time origin. */
let timers: SafeMap<string, number> | undefined;

/** Hook 9, and when an isolate starts. */
export function switchConsole(listening: boolean): void {
  on = listening;
}

/** https://console.spec.whatwg.org/#concept-console-group: how many are open. */
let groups = 0;
const groupsMax = 40;

function formatter(): Formatter {
  return loadValue("console formatter") as Formatter;
}

function inspect(value: unknown): string {
  return formatter().inspect(value);
}

/** What needs no formatter. */
function plainText(args: readonly unknown[]): string | undefined {
  let text = "";
  for (let index = 0; index < args.length; index++) {
    const arg = args[index];
    if (typeof arg !== "string" || arg.length > plainMax) return undefined;
    if (index === 0 && args.length > 1 && StringPrototypeIndexOf(arg, "%") >= 0) return undefined;
    text += index === 0 ? arg : ` ${arg}`;
  }
  return text;
}

const plainMax = 4096;

/** The lines of a group are two columns further to the right. */
function indent(text: string): string {
  if (groups === 0) return text;
  let margin = "";
  for (let level = 0; level < groups && level < groupsMax; level++) margin += "  ";
  let result = margin;
  for (let start = 0; ;) {
    const end = StringPrototypeIndexOf(text, "\n", start);
    if (end < 0) return result + StringPrototypeSlice(text, start);
    result += StringPrototypeSlice(text, start, end + 1) + margin;
    start = end + 1;
  }
}

/** https://console.spec.whatwg.org/#logger */
function print(level: string, args: readonly unknown[]): void {
  op(Op.Console, level, args, indent(plainText(args) ?? formatter().format(args)), inspect);
}

/** https://console.spec.whatwg.org/#printer: what is no pattern, nor its arguments. */
function printAs(level: string, args: readonly unknown[], text: string): void {
  op(Op.Console, level, args, indent(text), inspect);
}

/** Also when nobody listens: what the conversion throws is the caller's. */
function toLabel(label: unknown): string {
  return label === undefined ? "default" : toDOMString(label);
}

/** "label: 12.345ms", undefined (and a warning) if no such timer runs. */
function elapsed(method: string, label: string): string | undefined {
  const start = timers?.get(label);
  if (start !== undefined) return `${label}: ${round(currentHighResolutionTime() - start)}ms`;
  print("warn", [`console.${method}: there is no timer named '${label}'`]);
  return undefined;
}

/** To microseconds. */
function round(milliseconds: number): number {
  return ((milliseconds * 1000 + 0.5) >>> 0) / 1000;
}

function openGroup(data: readonly unknown[]): void {
  if (!on) return;
  if (data.length > 0) print("log", data);
  groups++;
}

const methods = {
  assert(condition: unknown = false, ...data: unknown[]): void {
    if (!on || condition) return;
    const first = data.length === 0 ? undefined : data[0];
    if (data.length === 0) print("error", ["Assertion failed"]);
    else if (typeof first !== "string") print("error", concatLists(["Assertion failed"], data));
    else {
      data[0] = `Assertion failed: ${first}`;
      print("error", data);
    }
  },

  /** Nothing of the host's is the guest's to clear. */
  clear(): void {
    groups = 0;
  },

  debug(...data: unknown[]): void {
    if (on) print("debug", data);
  },

  error(...data: unknown[]): void {
    if (on) print("error", data);
  },

  info(...data: unknown[]): void {
    if (on) print("info", data);
  },

  log(...data: unknown[]): void {
    if (on) print("log", data);
  },

  table(tabularData: unknown = undefined, properties: unknown = undefined): void {
    if (!on) return;
    printAs(
      "log",
      properties === undefined ? [tabularData] : [tabularData, properties],
      formatter().table(tabularData, properties),
    );
  },

  trace(...data: unknown[]): void {
    if (!on) return;
    const holder = { __proto__: null, stack: "", name: "Trace", message: "" };
    ErrorCaptureStackTrace(holder, methods.trace);
    const { stack } = holder;
    const label = data.length === 0 ? "" : `: ${plainText(data) ?? formatter().format(data)}`;
    const calls = typeof stack === "string" ? StringPrototypeSlice(stack, holder.name.length) : "";
    printAs("trace", concatLists(data, [stack]), `Trace${label}${calls}`);
  },

  warn(...data: unknown[]): void {
    if (on) print("warn", data);
  },

  dir(item: unknown = undefined, options: unknown = undefined): void {
    if (on) printAs("log", options === undefined ? [item] : [item, options], formatter().inspect(item, options));
  },

  dirxml(...data: unknown[]): void {
    if (on) print("log", data);
  },

  count(label: unknown = undefined): void {
    const name = toLabel(label);
    if (!on) return;
    counts ??= new SafeMap<string, number>();
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    print("info", [`${name}: ${count}`]);
  },

  countReset(label: unknown = undefined): void {
    const name = toLabel(label);
    if (!on) return;
    if (counts?.has(name)) counts.set(name, 0);
    else print("warn", [`console.countReset: there is no counter named '${name}'`]);
  },

  group(...data: unknown[]): void {
    openGroup(data);
  },

  groupCollapsed(...data: unknown[]): void {
    openGroup(data);
  },

  groupEnd(): void {
    if (on && groups > 0) groups--;
  },

  time(label: unknown = undefined): void {
    const name = toLabel(label);
    if (!on) return;
    timers ??= new SafeMap<string, number>();
    if (timers.has(name)) print("warn", [`console.time: the timer '${name}' runs already`]);
    else timers.set(name, currentHighResolutionTime());
  },

  timeLog(label: unknown = undefined, ...data: unknown[]): void {
    const name = toLabel(label);
    if (!on) return;
    const text = elapsed("timeLog", name);
    if (text !== undefined) print("log", concatLists([text], data));
  },

  timeEnd(label: unknown = undefined): void {
    const name = toLabel(label);
    if (!on) return;
    const text = elapsed("timeEnd", name);
    if (text === undefined) return;
    timers!.delete(name);
    print("info", [text]);
  },
};

// https://webidl.spec.whatwg.org/#js-namespaces, with the empty prototype the Console Standard asks for.
const console: object = Object.create({});
for (const [name, method] of Object.entries(methods)) {
  Object.defineProperty(console, name, { value: method, writable: true, enumerable: true, configurable: true });
}
Object.defineProperty(console, Symbol.toStringTag, { value: "console", configurable: true });
Object.defineProperty(globalThis, "console", {
  value: console,
  writable: true,
  enumerable: false,
  configurable: true,
});
