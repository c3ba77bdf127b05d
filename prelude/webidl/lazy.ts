/**
 * Interfaces and operations of the global that most guests never use: their files are loaded when the first of them is
 * asked for. Isolates that use none of them are made faster and smaller; nothing else about them shows.
 *
 * A load runs the bodies of modules while a guest lives. It may be cut short, by a stack overflow or a termination;
 * bundler/bundles.ts sees to it that the next one starts again. No module body may start a load.
 */
import { Op } from "../core/engine.ts";
import { global } from "../core/primordials.ts";
import { expectLazily, loadedValue, publishAttribute, scopePrototype } from "./interfaces.ts";

let modules: Readonly<Record<string, () => void>> | undefined;

function load(file: string): void {
  if (modules === undefined) {
    lazyModules((all) => {
      modules = all;
    });
  }
  modules![file]!();
}

/** Which file publishes a name. */
const files: Record<string, string> = { __proto__: null } as never;

/** Hook 11: what a file publishes under a name. */
export function loadValue(name: string): unknown {
  load(files[name]!);
  return loadedValue(name);
}

function lazily(target: object, names: readonly string[], file: string, enumerable: boolean): void {
  for (const name of names) {
    files[name] = file;
    expectLazily(name);
    op(Op.LazyProperty, target, name, enumerable);
  }
}

/** What `file` publishes for the prelude's own use, for `loadValue`. */
export function publishLazyInternal(name: string, file: string): void {
  files[name] = file;
}

/** Interfaces that `file`, or one that it imports, publishes. While the snapshot is made, as the two below. */
export function publishLazyInterfaces(names: readonly string[], file: string): void {
  lazily(global, names, file, false);
}

/** Operations of the global. */
export function publishLazyOperations(names: readonly string[], file: string): void {
  lazily(scopePrototype, names, file, true);
}

/** What is asked for by `loadValue` alone. */
export function expectFrom(names: readonly string[], file: string): void {
  for (const name of names) {
    files[name] = file;
    expectLazily(name);
  }
}

/** An attribute of the global whose value never changes. */
export function publishLazyAttribute(name: string, file: string, replaceable = false): void {
  let value: unknown;
  publishAttribute(name, () => (value ??= loadValue(name)), replaceable);
  files[name] = file;
  expectLazily(name);
}
