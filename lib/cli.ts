#!/usr/bin/env bun
// The `network-runtime` command: runs a host script with V8Sandbox as a global.
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { HELP, parseArguments, USAGE, UsageError, type Command } from "./cli/arguments.ts";
import { installGlobal } from "./cli/global.ts";
import { versionsText } from "./cli/versions.ts";

const EXIT_USAGE = 2;

const command = readCommand(process.argv.slice(2));
switch (command.kind) {
  case "help":
    process.stdout.write(HELP);
    break;
  case "version":
    process.stdout.write(versionsText());
    break;
  case "run":
    await runScript(command);
    break;
}

function readCommand(args: readonly string[]): Command {
  try {
    return parseArguments(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return fail(`${error.message}\n${USAGE}\nTry --help.`);
  }
}

/**
 * In this very process, so that the script's exit code, signals, standard streams and uncaught errors are its own.
 */
async function runScript({ script, defaults, scriptArguments }: Command & { kind: "run" }): Promise<void> {
  const path = resolve(script);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) fail(`there is no script ${script} (looked at ${path})`);
  installGlobal(defaults);
  // The script sees itself as the program: process.argv as under `bun script.js`, import.meta.main true.
  process.argv.splice(1, process.argv.length, path, ...scriptArguments);
  Object.assign(Bun, { main: path });
  await import(pathToFileURL(path).href);
}

function fail(message: string): never {
  process.stderr.write(`network-runtime: ${message}\n`);
  process.exit(EXIT_USAGE);
}
