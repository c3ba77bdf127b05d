/**
 * Web IDL: interfaces, namespaces and the global's properties as ECMAScript sees them.
 * https://webidl.spec.whatwg.org/#js-interfaces
 *
 * Everything here runs while the snapshot is made, before any guest: plain JavaScript will do.
 */
import { NativeTypeError } from "../primordials.ts";

/** Passed to a constructor that guests may not call. Never leaves the prelude. */
export const internalConstruction: unique symbol = Symbol("internal construction");

/** @throws TypeError unless the prelude itself constructs. */
export function requireInternal(token: unknown): void {
  if (token !== internalConstruction) throw new NativeTypeError("Illegal constructor");
}

/** What every function has of its own. */
const builtIn: readonly string[] = ["prototype", "name", "length"];

function makeEnumerable(target: object): void {
  for (const key of Object.getOwnPropertyNames(target)) {
    if (key === "constructor" || (typeof target === "function" && builtIn.includes(key))) continue;
    Object.defineProperty(target, key, { enumerable: true });
  }
}

/** Gives a class the shape of an interface: enumerable members, constants on both objects, a toStringTag, its name. */
function defineInterface(
  constructor: Function & { readonly prototype: object },
  name: string,
  constants: Readonly<Record<string, number>> = {},
): void {
  Object.defineProperty(constructor, "name", { value: name, configurable: true });
  makeEnumerable(constructor);
  makeEnumerable(constructor.prototype);
  for (const [key, value] of Object.entries(constants)) {
    const descriptor = { value, writable: false, enumerable: true, configurable: false };
    Object.defineProperty(constructor, key, descriptor);
    Object.defineProperty(constructor.prototype, key, descriptor);
  }
  Object.defineProperty(constructor.prototype, Symbol.toStringTag, { value: name, configurable: true });
}

/** Makes an interface a property of the global: writable, configurable, not enumerable. */
function exposeInterface(constructor: Function & { readonly prototype: object }): void {
  Object.defineProperty(globalThis, constructor.name, {
    value: constructor,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

/** Defines and exposes an interface. */
export function publishInterface(
  constructor: Function & { readonly prototype: object },
  name: string,
  constants: Readonly<Record<string, number>> = {},
): void {
  defineInterface(constructor, name, constants);
  exposeInterface(constructor);
}

/** Adds the methods of an object literal to an interface that another file defines. */
export function publishPartialInterface(
  constructor: { readonly prototype: object },
  operations: Readonly<Record<string, Function>>,
): void {
  for (const [name, value] of Object.entries(operations)) {
    Object.defineProperty(constructor.prototype, name, { value, writable: true, enumerable: true, configurable: true });
  }
}

/** Makes the methods of an object literal operations of the global: writable, enumerable, configurable. */
export function publishOperations(operations: Readonly<Record<string, Function>>): void {
  for (const [name, operation] of Object.entries(operations)) {
    Object.defineProperty(globalThis, name, {
      value: operation,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}

/**
 * Makes a read-only attribute of the global: an accessor without a setter. `replaceable` adds one that puts a plain
 * property in the accessor's place (https://webidl.spec.whatwg.org/#Replaceable).
 */
export function publishAttribute(name: string, get: () => unknown, replaceable = false): void {
  const { defineProperty } = Object;
  const target = globalThis;
  const accessors = {
    get [name](): unknown {
      return get();
    },
    set [name](value: unknown) {
      defineProperty(target, name, {
        __proto__: null,
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      } as PropertyDescriptor);
    },
  };
  const { get: getter, set: setter } = Object.getOwnPropertyDescriptor(accessors, name)!;
  Object.defineProperty(target, name, {
    get: getter,
    set: replaceable ? setter : undefined,
    enumerable: true,
    configurable: true,
  });
}
