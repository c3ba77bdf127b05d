/**
 * Runs one test file in Bun or Node: `child.js JOB`, see ChildJob in process.ts. The job's scripts run in this very
 * global, which gets the events that a worker's global has and the runtime's lacks.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runInThisContext } from "node:vm";

/** @type {import("./process.ts").ChildJob} */
const job = JSON.parse(readFileSync(/** @type {string} */ (process.argv[2]), "utf8"));
const exit = process.exit.bind(process);
const global = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (globalThis));

// Made before the tests: some take EventTarget away.
const target = new EventTarget();
/** @type {(type: string, members: object) => void} */
const dispatch = (type, members) => {
  target.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), members));
};
for (const name of /** @type {const} */ (["addEventListener", "removeEventListener", "dispatchEvent"])) {
  global[name] = target[name].bind(target);
}
process.on("uncaughtException", (error) => dispatch("error", { message: String(error?.message ?? error), error }));
process.on("unhandledRejection", (reason, promise) => dispatch("unhandledrejection", { reason, promise }));

global.wptSettings = job.settings;
global.wptHost = {
  /** @param {string} json */
  report(json) {
    writeFileSync(job.report, json);
    exit(0);
  },
  /** @param {string} pathname */
  async resource(pathname) {
    const path = join(job.checkout, decodeURIComponent(pathname));
    const found = existsSync(path) && statSync(path).isFile();
    return found
      ? { status: 200, type: "application/octet-stream", body: new Uint8Array(readFileSync(path)) }
      : { status: 404, type: "text/plain", body: new Uint8Array() };
  },
};
for (const { filename, source } of job.scripts) {
  try {
    runInThisContext(source, { filename });
  } catch (error) {
    dispatch("error", { message: String(/** @type {Error} */ (error)?.message ?? error), error });
  }
}
