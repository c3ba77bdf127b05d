import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cache } from "./paths.mjs";
import { say } from "./run.mjs";

/**
 * Runs `work` while no other set-up of this clone does: `npm test` and `npm run demo` may be started side by side.
 * @param {() => Promise<void>} work
 */
export async function withLock(work) {
  mkdirSync(cache, { recursive: true });
  const file = join(cache, "setup.lock");
  let announced = false;
  while (!acquire(file)) {
    if (!announced) say(`waiting for another set-up of this clone (${file})`);
    announced = true;
    await sleep(250);
  }
  const release = () => rmSync(file, { force: true });
  process.once("exit", release);
  try {
    await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

/** @param {string} file */
function acquire(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
  }
  if (!ownerLives(file)) rmSync(file, { force: true });
  return false;
}

/** @param {string} file */
function ownerLives(file) {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    // Between its creation and its writing the file is empty: its owner lives.
    if (pid === 0) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
