/** Finds the engine's library, loads it, and checks that it is the one this package was made for. */
import { dlopen } from "bun:ffi";
import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { EngineMismatchError, EngineNotFoundError } from "../contract/errors.ts";
import { ABI_VERSION } from "../engine/constants.ts";

/** How the engine's functions are called; tests/abi compares them with engine/include/network_runtime.h. */
export const symbols = {
  nr_abi_version: { args: [], returns: "u32" },
  nr_abi_manifest: { args: [], returns: "cstring" },
  nr_v8_version: { args: [], returns: "cstring" },
  nr_init: { args: [], returns: "i32" },
  nr_sandbox_create: { args: ["ptr", "u32", "ptr", "ptr"], returns: "i32" },
  nr_sandbox_shutdown: { args: ["u32", "u32"], returns: "i32" },
  nr_sandbox_release: { args: ["u32"], returns: "i32" },
  nr_sandbox_stats: { args: ["u32", "ptr", "u32"], returns: "i32" },
  nr_template_create: { args: ["u32", "ptr", "u32", "ptr"], returns: "i32" },
  nr_template_release: { args: ["u32"], returns: "i32" },
  nr_isolate_create: { args: ["u32", "ptr", "u32", "u32", "ptr"], returns: "i32" },
  nr_isolate_post: { args: ["u32", "u32", "u32", "u32", "ptr", "u32"], returns: "i32" },
  nr_isolate_cancel: { args: ["u32", "u32"], returns: "i32" },
  nr_isolate_destroy: { args: ["u32"], returns: "i32" },
  nr_isolate_stats: { args: ["u32", "ptr", "u32"], returns: "i32" },
  nr_events_take: { args: ["u32", "ptr", "u32", "ptr"], returns: "i32" },
  nr_events_poll: { args: ["u32", "u32"], returns: "i32" },
  nr_events_arm: { args: ["u32"], returns: "i32" },
  nr_events_disarm: { args: ["u32"], returns: "i32" },
  nr_process_program: { args: ["ptr", "u32"], returns: "i32" },
  nr_process_sandbox_create: { args: ["ptr", "u32", "ptr", "u32", "ptr", "ptr", "ptr"], returns: "i32" },
  nr_process_sandbox_shutdown: { args: ["u32", "u32"], returns: "i32" },
  nr_process_sandbox_release: { args: ["u32"], returns: "i32" },
  nr_process_sandbox_stats: { args: ["u32", "ptr", "u32"], returns: "i32" },
  nr_process_sandbox_processes: { args: ["u32", "ptr", "u32"], returns: "i32" },
  nr_process_template_create: { args: ["u32", "ptr", "u32", "ptr"], returns: "i32" },
  nr_process_template_release: { args: ["u32"], returns: "i32" },
  nr_process_isolate_create: { args: ["u32", "ptr", "u32", "u32", "u32", "ptr"], returns: "i32" },
  nr_process_isolate_post: { args: ["u32", "u32", "u32", "u32", "ptr", "u32"], returns: "i32" },
  nr_process_isolate_cancel: { args: ["u32", "u32"], returns: "i32" },
  nr_process_isolate_destroy: { args: ["u32"], returns: "i32" },
  nr_process_isolate_stats: { args: ["u32", "ptr", "u32"], returns: "i32" },
  nr_process_isolate_process: { args: ["u32", "ptr", "u32"], returns: "i32" },
  nr_process_events_take: { args: ["u32", "ptr", "u32", "ptr"], returns: "i32" },
  nr_process_events_poll: { args: ["u32", "u32"], returns: "i32" },
  nr_process_events_arm: { args: ["u32"], returns: "i32" },
  nr_process_events_disarm: { args: ["u32"], returns: "i32" },
  nr_bench_bare_isolate: { args: ["ptr"], returns: "i32" },
} as const;

/** The engine's functions. */
export type Functions = ReturnType<typeof dlopen<typeof symbols>>["symbols"];

/** Where a library was looked for. */
interface Candidate {
  readonly what: string;
  /** Undefined if there is nothing. */
  readonly path: string | undefined;
}

/**
 * Loads the engine: the file named by NETWORK_RUNTIME_LIB, else the one built in this clone, else the one of the
 * platform package. It is never unloaded.
 * @throws EngineNotFoundError, EngineMismatchError
 */
export function loadLibrary(): Functions {
  const path = findLibrary();
  checkAbi(path);
  loadedFrom = path;
  return open(path, symbols);
}

let loadedFrom: string | undefined;

/** @returns the library's bytes, wherever it is: in an executable it is no file of the system's */
export function readLibrary(): Uint8Array {
  return readFileSync(loadedFrom!);
}

function findLibrary(): string {
  const candidates = [fromEnvironment, fromClone, fromPackage];
  const searched: Candidate[] = [];
  for (const candidate of candidates) {
    const found = candidate();
    if (!found) continue;
    if (found.path !== undefined) return found.path;
    searched.push(found);
  }
  throw new EngineNotFoundError(
    `The engine's library was not found. Searched: ${searched.map(({ what }) => what).join("; ")}. ` +
      "In a project: bun add network-runtime, without leaving out optional dependencies. In a clone: npm run setup. " +
      "Or name the file in the environment variable NETWORK_RUNTIME_LIB.",
  );
}

/** Whoever names a file gets that one or an error, never another. */
function fromEnvironment(): Candidate | undefined {
  const path = process.env.NETWORK_RUNTIME_LIB;
  if (!path) return undefined;
  if (existsSync(path)) return { what: "NETWORK_RUNTIME_LIB", path };
  throw new EngineNotFoundError(
    `The environment variable NETWORK_RUNTIME_LIB names ${path}, which does not exist. Correct it or unset it.`,
  );
}

function fromClone(): Candidate | undefined {
  // In a bundle or an executable this file is elsewhere, and so is nothing that was built.
  if (!import.meta.url.startsWith("file:")) return undefined;
  const path = fileURLToPath(new URL("../../zig-out/lib/libnetwork_runtime.so", import.meta.url));
  return { what: path, path: existsSync(path) ? path : undefined };
}

/**
 * The package's default export is the library's path. The name is spelled out, so that `bun build --compile` finds the
 * import and embeds the file; bun:ffi opens embedded files.
 */
function fromPackage(): Candidate {
  const platform = `${process.platform}-${process.arch}`;
  if (platform !== "linux-x64") return { what: `there is no package for ${platform}`, path: undefined };
  const what = "the package @network-runtime/linux-x64-gnu";
  try {
    const loaded = require("@network-runtime/linux-x64-gnu") as { default: string };
    // `bun build` without --compile puts the library beside the bundle and leaves a path relative to that.
    const path = isAbsolute(loaded.default) ? loaded.default : resolve(import.meta.dir, loaded.default);
    return { what, path };
  } catch {
    return { what, path: undefined };
  }
}

/** Opened by itself first: a library of another version may lack functions, and is to be told apart from a broken one. */
function checkAbi(path: string): void {
  const found = open(path, { nr_abi_version: symbols.nr_abi_version }).nr_abi_version();
  if (found !== ABI_VERSION) throw new EngineMismatchError(path, found, ABI_VERSION);
}

function open<const Wanted extends Parameters<typeof dlopen>[1]>(
  path: string,
  wanted: Wanted,
): ReturnType<typeof dlopen<Wanted>>["symbols"] {
  try {
    return dlopen(path, wanted).symbols;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineNotFoundError(
      `The engine's library ${path} cannot be loaded: ${reason}. It needs Linux on x86-64 with glibc 2.31 or later.`,
      { cause },
    );
  }
}
