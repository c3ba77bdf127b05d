import { spawn } from "node:child_process";

/** A step that cannot go on, for a reason the user can do something about: printed without a stack. */
export class SetupError extends Error {
  /** @override */
  name = "SetupError";
}

const HEARTBEAT_MS = 15_000;

/**
 * One line of progress. On stderr, so that the output of whatever runs after set-up stays clean.
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`[setup] ${text}\n`);
}

/**
 * Runs a command to its end, its output passed through, with a sign of life while it is silent.
 * @param {string} what for messages: "npm ci"
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, attempts?: number }} [options] attempts: for commands that use
 *   the network (default 1)
 * @returns {Promise<void>}
 * @throws {SetupError} if every attempt failed
 */
export async function run(what, command, args, options = {}) {
  const attempts = options.attempts ?? 1;
  for (let attempt = 1; ; attempt++) {
    const failure = await runOnce(what, command, args, options);
    if (failure === undefined) return;
    if (attempt >= attempts) throw new SetupError(`${what} failed: ${failure}`);
    say(`${what} failed (${failure}), attempt ${attempt + 1} of ${attempts}`);
  }
}

/**
 * @param {string} what
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} options
 * @returns {Promise<string | undefined>} why it failed
 */
function runOnce(what, command, args, { cwd, env }) {
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...process.env, ...env },
      // The child's stdout joins our stderr, as all of set-up's talk does.
      stdio: ["ignore", process.stderr, process.stderr],
    });
    const heartbeat = setInterval(
      () => say(`${what}: running for ${Math.round((Date.now() - started) / 1000)} s`),
      HEARTBEAT_MS,
    );
    child.on("error", (error) => {
      clearInterval(heartbeat);
      resolve(error.message);
    });
    child.on("close", (code, signal) => {
      clearInterval(heartbeat);
      resolve(code === 0 ? undefined : signal === null ? `exit code ${code}` : `ended by ${signal}`);
    });
  });
}

/**
 * Announces a step, runs it and says how long it took.
 * @param {string} what
 * @param {() => Promise<void>} step
 */
export async function timed(what, step) {
  say(`${what} …`);
  const started = Date.now();
  await step();
  say(`${what}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
