/** What the guest tests share: one sandbox for a file, isolates that end with their test. */
import { afterAll, afterEach } from "bun:test";
import { V8Sandbox } from "network-runtime";
import type { ConsoleEvent, Isolate, IsolateOptions } from "network-runtime";

let sandbox: V8Sandbox | undefined;
let isolates: Isolate[] = [];

afterEach(() => {
  for (const isolate of isolates) isolate.destroy();
  isolates = [];
});

afterAll(() => {
  sandbox?.shutdown();
  sandbox = undefined;
});

/** A fresh isolate, destroyed after the test. */
export async function createGuest(options: IsolateOptions = {}): Promise<Isolate> {
  sandbox ??= new V8Sandbox({ threads: 2 });
  const isolate = await sandbox.createIsolate(options);
  isolates.push(isolate);
  return isolate;
}

/** Runs the body of an async function in an isolate (a fresh one unless given). @returns what it returns */
// The guest's values are what a test compares, so their type is the test's to know.
export async function run<T = unknown>(body: string, isolate?: Isolate): Promise<T> {
  const guest = isolate ?? (await createGuest());
  return guest.evaluate<T>(`(async () => {${body}\n})()`, { filename: "guest.js" });
}

/**
 * Source text of `thrown(f)`: what a function throws as "Name: message" (or "no exception"), for use in a body; an
 * interface's exceptions are told by their class too.
 */
export const thrown = `
  const thrown = (f) => {
    try {
      f();
      return "no exception";
    } catch (error) {
      return error instanceof DOMException ? "DOMException " + error.name + " " + error.code : error.constructor.name;
    }
  };
`;

/** Source text of `descriptor(object, key)`: "value writable enumerable configurable", as far as they are set. */
export const descriptor = `
  const descriptor = (object, key) => {
    const found = Object.getOwnPropertyDescriptor(object, key);
    if (found === undefined) return "absent";
    const kind = "value" in found ? "value" : (found.get ? "get" : "") + (found.set ? "set" : "");
    return [kind, found.writable && "writable", found.enumerable && "enumerable", found.configurable && "configurable"]
      .filter(Boolean)
      .join(" ");
  };
`;

/** The first `count` messages that a guest sends as `event`, in order. */
export function messages(isolate: Isolate, event: string, count: number): Promise<unknown[]> {
  return collect(count, (take) => isolate.on(event, (data: unknown) => take(data)));
}

/** As `messages`, of the guest's console. */
export function consoleEntries(isolate: Isolate, count: number): Promise<[level: string, ...args: unknown[]][]> {
  return collect(count, (take) =>
    isolate.onConsole((entry: ConsoleEvent) => take([entry.level, ...entry.args] as [string, ...unknown[]])),
  );
}

/** The first `count` that a subscription hands out. @throws Error if it is not enough in half a minute */
export function collect<T>(count: number, subscribe: (take: (item: T) => void) => void): Promise<T[]> {
  return new Promise((resolve, reject) => {
    const items: T[] = [];
    const timer = setTimeout(
      () => reject(new Error(`${items.length} of ${count} came: ${JSON.stringify(items)}`)),
      30_000,
    );
    subscribe((item) => {
      items.push(item);
      if (items.length !== count) return;
      clearTimeout(timer);
      resolve(items.slice());
    });
  });
}
