/** Which files of the prelude are in every isolate and which are loaded lazily, by their imports. */
import { posix } from "node:path";

export interface PreludeModules {
  /** The prelude's folder. */
  readonly root: string;
  /** Files that index.ts imports, directly or not; paths from the root. */
  readonly eager: ReadonlySet<string>;
  /** Files that index.ts names for lazy loads. */
  readonly lazyEntries: readonly string[];
  /** Source text of the lazy files, without the imports from eager ones, whose scope they are in. */
  readonly lazySources: ReadonlyMap<string, string>;
  /** What the lazy files use of the eager ones: names by file. */
  readonly shared: ReadonlyMap<string, ReadonlySet<string>>;
}

interface Import {
  /** All of the statement. */
  readonly text: string;
  readonly from: string;
  /** Of values; undefined: only for its side effects. */
  readonly names: readonly string[] | undefined;
}

const importStatement = /^import (type )?(?:(?:\{([^}]*)\}|(\* as \w+)) from )?"([^"]+)";$/gm;

/** The imports of a file as prettier writes them, without those of types only. */
function importsOf(path: string, source: string): Import[] {
  const found: Import[] = [];
  for (const [text, typeOnly, list, namespace, specifier] of source.matchAll(importStatement)) {
    if (typeOnly !== undefined) continue;
    const from = posix.join(posix.dirname(path), specifier!);
    const names = list
      ?.split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "" && !name.startsWith("type "));
    if (namespace !== undefined) {
      found.push({ text: text!, from, names: [namespace] });
      continue;
    }
    if (names?.some((name) => name.includes(" "))) throw new Error(`${path}: imports have their own names: ${list}`);
    if (names === undefined || names.length > 0) found.push({ text: text!, from, names });
  }
  const count = source.match(/^import\b/gm)?.length ?? 0;
  const known = [...source.matchAll(importStatement)].length;
  if (count !== known) throw new Error(`${path}: ${count - known} imports are of an unknown form`);
  return found;
}

export function readModules(root: string, read: (path: string) => string): PreludeModules {
  const index = "index.ts";
  const reach = (entries: readonly string[], into: Set<string>, stop: ReadonlySet<string>): void => {
    for (const path of entries) {
      if (into.has(path) || stop.has(path)) continue;
      into.add(path);
      reach(
        importsOf(path, read(path)).map(({ from }) => from),
        into,
        stop,
      );
    }
  };
  const eager = new Set<string>();
  reach([index], eager, new Set());
  const lazyEntries = [...new Set([...read(index).matchAll(/"\.\/([\w./-]+\.ts)"(?=[,)])/g)].map(([, path]) => path!))];
  const lazy = new Set<string>();
  reach(lazyEntries, lazy, eager);
  for (const path of [...lazy]) {
    const required = [...read(path).matchAll(/\brequire\("([^"]+)"\)/g)].map(([, specifier]) => specifier!);
    reach(
      required.map((specifier) => posix.join(posix.dirname(path), specifier)),
      lazy,
      eager,
    );
  }
  const shared = new Map<string, Set<string>>();
  const lazySources = new Map<string, string>();
  for (const path of [...lazy].sort()) {
    let source = read(path);
    for (const { text, from, names } of importsOf(path, source)) {
      if (!eager.has(from)) continue;
      if (names?.some((name) => name.startsWith("* as "))) throw new Error(`${path} imports all of ${from}`);
      // Constant enums are numbers once bundled.
      const enums = names?.filter((name) => read(from).includes(`export const enum ${name} `)) ?? [];
      source = source.replace(
        text,
        enums.length === 0
          ? ""
          : `import { ${enums.join(", ")} } from "${posix.relative(posix.dirname(path), from).replace(/^(?!\.)/, "./")}";`,
      );
      const set = shared.get(from) ?? new Set();
      shared.set(from, set);
      for (const name of names ?? []) if (!enums.includes(name)) set.add(name);
    }
    lazySources.set(path, source);
  }
  return { root, eager, lazyEntries, lazySources, shared };
}
