/** Modules in a directory of the host's. */
import { ArgumentError, ModuleSourceError } from "../contract/errors.ts";
import type { ModuleResolver } from "../contract/modules.ts";
import { show } from "../contract/show.ts";

/** Bytes of one file. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;
/** Files of one directory that are read at once. */
const READS_MAX = 4;

/**
 * Finds modules in a directory and below it: `"./lib/a.ts"` is its file `lib/a.ts`. Never above it, also by symbolic links: a
 * file counts as where it really is. Bare names and URLs are not found.
 *
 * @param directory - its path; relative to the working directory
 * @returns a resolver, for `modules`
 * @throws ArgumentError
 * @example
 * ```ts
 * const plugin = await worker.import("./main.ts", { modules: moduleDirectory("plugins/weather") });
 * ```
 */
export function moduleDirectory(directory: string): ModuleResolver {
  if (typeof directory !== "string" || directory === "" || directory.includes("\0")) {
    throw new ArgumentError(`moduleDirectory(): the directory must be a path, but is ${show(directory)}.`);
  }
  const workingDirectory = process.cwd();
  const slots = new Slots(READS_MAX);
  return async (name) => {
    const path = pathOf(name);
    if (path === undefined) return undefined;
    const { resolve } = await import("node:path");
    return slots.run(() => read(resolve(workingDirectory, directory), path, name));
  };
}

/** Some things at a time: a guest asks for as many as it may have requests. */
class Slots {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  async run<T>(action: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await action();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}

/** The path that a name is below the directory; undefined: it is none. */
function pathOf(name: string): string | undefined {
  if (!name.startsWith("./")) return undefined;
  const encoded = name.slice(2).replace(/[?#].*$/s, "");
  // What is a separator only when it has been decoded was none for the URL.
  if (encoded === "" || encoded.endsWith("/") || /%(?:2f|5c|00)/i.test(encoded) || encoded.includes("\\"))
    return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

async function read(root: string, path: string, name: string): Promise<string | undefined> {
  try {
    return await readWithin(root, path, name);
  } catch (error) {
    if (error instanceof ModuleSourceError) throw error;
    const { code } = error as { code?: unknown };
    if (NOT_THERE.has(code)) return undefined;
    throw new ModuleSourceError(name, `its file cannot be read (${String(code)})`, { cause: error });
  }
}

/** What the system says of what is no file. */
const NOT_THERE: ReadonlySet<unknown> = new Set(["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "ENXIO", "ENAMETOOLONG"]);

async function readWithin(directory: string, path: string, name: string): Promise<string | undefined> {
  // Most hosts never come here.
  const { constants, open, readlink, realpath } = await import("node:fs/promises");
  const root = await realpath(directory);
  const isWithin = (real: string): boolean => real.startsWith(root === "/" ? root : `${root}/`);
  const full = `${root}/${path}`;
  if (!isWithin(await realpath(full))) return undefined;
  // A pipe is opened without waiting for its writer.
  const file = await open(full, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    // What is open is looked at once more: a link may have been changed in between.
    if (!isWithin(await readlink(`/proc/self/fd/${file.fd}`))) return undefined;
    const stat = await file.stat();
    if (!stat.isFile()) return undefined;
    if (stat.size > FILE_BYTES_MAX) {
      throw new ModuleSourceError(name, `its file has ${stat.size} bytes, more than ${FILE_BYTES_MAX}`);
    }
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}
