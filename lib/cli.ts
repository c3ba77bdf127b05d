#!/usr/bin/env bun
// The `network-runtime` command: runs a host script with V8Sandbox as a global, or a guest.
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { nearestWord, parseArguments, type Command } from "./cli/line/arguments.ts";
import { HELP, USAGE } from "./cli/line/help.ts";
import { flushed } from "./cli/terminal/print.ts";
import type { ScriptCommand } from "./cli/line/script-arguments.ts";
import { UsageError } from "./cli/line/usage.ts";

const EXIT_USAGE = 2;

// Each loads what it needs and no more.
const command = await understood(() => parseArguments(process.argv.slice(2)));
if (command.kind === "script") await runScript(command);
else {
  const exitCode = await understood(() => runCommand(command));
  await flushed(process.stdout, process.stderr);
  // Whatever the guest's tools left open has nobody to work for.
  process.exit(exitCode);
}

async function runCommand(command: Exclude<Command, ScriptCommand>): Promise<number> {
  switch (command.kind) {
    case "help":
      process.stdout.write(HELP);
      return 0;
    case "version":
      process.stdout.write((await import("./cli/versions.ts")).versionsText());
      return 0;
    case "run":
    case "eval":
      return (await import("./cli/guest/command.ts")).runGuest(command);
    case "repl":
      return (await import("./cli/repl/repl.ts")).runRepl(command);
    case "doctor":
      return (await import("./cli/doctor/doctor.ts")).runDoctor(command);
    case "init":
      return (await import("./cli/init/init.ts")).runInit(command.folder);
  }
}

/**
 * In this very process, so that the script's exit code, signals, standard streams and uncaught errors are its own.
 */
async function runScript({ script, defaults, scriptArguments, ...servers }: ScriptCommand): Promise<void> {
  const path = resolve(script);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    const meant = nearestWord(script);
    const suggestion = meant === undefined ? "" : `; did you mean the command ${meant}?`;
    fail(`there is no script ${script} (looked at ${path})${suggestion}`);
  }
  const { installGlobal } = await import("./cli/global.ts");
  installGlobal(defaults, servers);
  // The script sees itself as the program: process.argv as under `bun script.js`, import.meta.main true.
  process.argv.splice(1, process.argv.length, path, ...scriptArguments);
  Object.assign(Bun, { main: path });
  await import(pathToFileURL(path).href);
}

/** What is wrong with the command line is said, with how to write one. */
async function understood<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return fail(`${error.message}\n${USAGE}\nTry --help.`);
  }
}

function fail(message: string): never {
  process.stderr.write(`network-runtime: ${message}\n`);
  process.exit(EXIT_USAGE);
}
