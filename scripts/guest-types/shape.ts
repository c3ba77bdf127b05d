/** What a guest really has: the names on its global object, and on what they lead to. */
import type { Isolate } from "../../lib/index.ts";

/** The names on an object or a class; symbols as `Symbol(Symbol.iterator)`. */
export interface ObjectShape {
  /** On itself; of an object that is no class, on its prototypes, too, but for what every object has. */
  readonly own: readonly string[];
  /** Of a class: on itself and on those that it extends. */
  readonly statics?: readonly string[];
  /** Of a class: on its prototype alone. */
  readonly members?: readonly string[];
  /** Of a class: on its prototypes, `Object.prototype` included, and on an instance, where one could be made. */
  readonly inherited?: readonly string[];
}

/** What a guest has. */
export interface GuestShape {
  /** The names of globals, but for those of every object. */
  readonly globals: readonly string[];
  /** By name, those in namespaces as `Intl.Collator`. */
  readonly objects: Readonly<Record<string, ObjectShape>>;
}

/** Objects whose members are looked into as globals are. */
export const namespaces = ["Intl", "Temporal", "WebAssembly"];

/** Classes whose instances have properties of their own, and how to make one. */
const instances: Readonly<Record<string, string>> = {
  AggregateError: "new AggregateError([], '', { cause: 1 })",
  DOMException: "new DOMException()",
  Error: "new Error('', { cause: 1 })",
  Event: "new Event('x')",
  Function: "function () {}",
  RegExp: "/x/",
  SuppressedError: "new SuppressedError(1, 2)",
};

const probe = `
  const names = (object) => Reflect.ownKeys(object).map(String);
  const chain = (object, end = null) => (object === end ? [] : [...names(object), ...chain(Object.getPrototypeOf(object), end)]);
  const globals = [];
  for (let level = globalThis; level !== Object.prototype; level = Object.getPrototypeOf(level)) globals.push(...names(level));
  const objects = {};
  const look = (path, value) => {
    if (Object(value) !== value || value === globalThis) return;
    const made = Object.keys(instances).filter((name) => globalThis[name].prototype === value.prototype || globalThis[name].prototype.isPrototypeOf(value.prototype));
    if (typeof value !== "function") objects[path] = { own: chain(value, Object.prototype).filter((name) => name !== "constructor") };
    else if (value.prototype) objects[path] = {
      own: names(value),
      statics: chain(value, Function.prototype),
      members: names(value.prototype),
      inherited: [...new Set([...chain(value.prototype), ...made.flatMap((name) => instances[name])])],
    };
    if (namespaces.includes(path)) for (const name of Object.getOwnPropertyNames(value)) look(path + "." + name, value[name]);
  };
  const own = globals.filter((name) => !name.startsWith("Symbol(") && !Object.hasOwn(Object.prototype, name));
  for (const name of own) look(name, globalThis[name]);
  ({ globals: own, objects })`;

/** Asks a guest, in which nothing else has run. */
export async function shapeOf(guest: Isolate): Promise<GuestShape> {
  const own: Record<string, string[]> = {};
  for (const [name, made] of Object.entries(instances)) {
    own[name] = await guest.evaluate<string[]>(`Reflect.ownKeys(${made}).map(String)`);
  }
  return guest.evaluate<GuestShape>(probe, { args: { instances: own, namespaces } });
}
