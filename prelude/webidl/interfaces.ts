/**
 * Web IDL: interfaces, namespaces and the global's properties as ECMAScript sees them.
 * https://webidl.spec.whatwg.org/#js-interfaces
 *
 * What lazy.ts loads comes here while a guest lives, so core/primordials.ts' rules hold.
 */
import {
  NativeTypeError,
  ObjectDefineProperty,
  ReflectGetOwnPropertyDescriptor,
  ReflectOwnKeys,
  SymbolToStringTag,
  global,
} from "../core/primordials.ts";
import { rememberAttributes } from "./shown.ts";

type Class = Function & { readonly prototype: object };

/** Passed to a constructor that guests may not call. Never leaves the prelude. */
export const internalConstruction: unique symbol = Symbol("internal construction");

/** @throws TypeError unless the prelude itself constructs. */
export function requireInternal(token: unknown): void {
  if (token !== internalConstruction) throw new NativeTypeError("Illegal constructor");
}

/** Defines a property whose attributes are true where they are given. */
export function defineValue(
  target: object,
  key: PropertyKey,
  value: unknown,
  writable: boolean,
  enumerable: boolean,
  configurable = true,
): void {
  ObjectDefineProperty(target, key, { __proto__: null, value, writable, enumerable, configurable });
}

/** What every function has of its own. */
const builtIn: Readonly<Record<string, true | undefined>> = {
  __proto__: null,
  prototype: true,
  name: true,
  length: true,
} as unknown as Record<string, true | undefined>;

function makeEnumerable(target: object): void {
  const keys = ReflectOwnKeys(target);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    if (typeof key !== "string" || key === "constructor" || (typeof target === "function" && builtIn[key])) continue;
    ObjectDefineProperty(target, key, { __proto__: null, enumerable: true });
  }
}

/** Calls back for each property of an object literal or a class. */
export function forEachOwn(members: object, callback: (key: string, value: unknown) => void): void {
  const keys = ReflectOwnKeys(members);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    callback(key, (members as Record<string, unknown>)[key]);
  }
}

/** Gives a class the shape of an interface: enumerable members, constants on both objects, a toStringTag, its name. */
function defineInterface(constructor: Class, name: string, constants: Readonly<Record<string, number>>): void {
  defineValue(constructor, "name", name, false, false);
  makeEnumerable(constructor);
  makeEnumerable(constructor.prototype);
  forEachOwn(constants, (key, value) => {
    defineValue(constructor, key, value, false, true, false);
    defineValue(constructor.prototype, key, value, false, true, false);
  });
  defineValue(constructor.prototype, SymbolToStringTag, name, false, false);
  rememberAttributes(name, constructor.prototype);
}

/** The names of what is loaded lazily, and what of that is loaded. */
const lazyNames: Record<string, true | undefined> = { __proto__: null } as never;
const loaded: Record<string, unknown> = { __proto__: null };

/** That `name`, when it is published, is for `loadedValue` and not for the global, which has a property for it already. */
export function expectLazily(name: string): void {
  lazyNames[name] = true;
}

/** For the prelude's own use: what is loaded lazily and no guest sees. */
export function publishInternal(name: string, value: unknown): void {
  loaded[name] = value;
}

/** What was published under a name that is loaded lazily. */
export function loadedValue(name: string): unknown {
  return loaded[name];
}

/** Defines and exposes an interface: writable, configurable, not enumerable. */
export function publishInterface(
  constructor: Class,
  name: string,
  constants: Readonly<Record<string, number>> = {},
): void {
  defineInterface(constructor, name, constants);
  if (lazyNames[name]) loaded[name] = constructor;
  else defineValue(global, name, constructor, true, false);
}

/** Adds the methods of an object literal to an interface that another file defines. */
export function publishPartialInterface(
  constructor: { readonly prototype: object },
  operations: Readonly<Record<string, Function>>,
): void {
  forEachOwn(operations, (name, operation) => defineValue(constructor.prototype, name, operation, true, true));
}

/**
 * Where the global's members are: WorkerGlobalScope.prototype, since that interface is inherited by the one with [Global].
 * https://webidl.spec.whatwg.org/#Global
 */
export let scopePrototype: object;

/** Before anything else publishes members of the global. */
export function provideScope(prototype: object): void {
  scopePrototype = prototype;
}

/**
 * The receiver of a member of the global: calls without one mean the global itself.
 * @throws TypeError for any other object
 */
export function requireScope(receiver: unknown): void {
  if (receiver === global || receiver === undefined || receiver === null) return;
  throw new NativeTypeError("Illegal invocation");
}

/**
 * Makes the methods of an object literal operations of the global: writable, enumerable, configurable. Each begins with
 * `requireScope(this)`.
 */
export function publishOperations(operations: Readonly<Record<string, Function>>): void {
  forEachOwn(operations, (name, operation) => {
    if (lazyNames[name]) loaded[name] = operation;
    else defineValue(scopePrototype, name, operation, true, true);
  });
}

/**
 * Makes a read-only attribute of the global: an accessor without a setter. `replaceable` adds one that gives the global
 * a plain property of that name (https://webidl.spec.whatwg.org/#Replaceable).
 */
export function publishAttribute(name: string, get: () => unknown, replaceable = false): void {
  if (lazyNames[name]) {
    loaded[name] = get();
    return;
  }
  const accessors = {
    get [name](): unknown {
      requireScope(this);
      return get();
    },
    set [name](value: unknown) {
      requireScope(this);
      defineValue(global, name, value, true, true);
    },
  };
  const { get: getter, set: setter } = ReflectGetOwnPropertyDescriptor(accessors, name)!;
  ObjectDefineProperty(scopePrototype, name, {
    __proto__: null,
    get: getter!,
    set: replaceable ? setter : undefined,
    enumerable: true,
    configurable: true,
  } as PropertyDescriptor & { __proto__: null });
}
