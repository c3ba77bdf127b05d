/**
 * Runs one test file in Bun or Node: `child.js JOB`, see ChildJob in process.ts. The job's scripts run in this very
 * global, which gets the events that a worker's global has and the runtime's lacks.
 */
import { readFileSync, writeFileSync } from "node:fs";
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
};

// What a worker's location is to relative URLs. Node's own run of these tests uses the first of these; Bun has no way.
global[/** @type {any} */ (Symbol.for("undici.globalOrigin.1"))] = new URL(job.settings.location);
if (process.versions.bun !== undefined) {
  const { fetch } = globalThis;
  global.fetch = /** @type {(input: unknown, init?: RequestInit) => Promise<Response>} */ (
    async (input, init) => {
      const isUrl = typeof input === "string" || input instanceof URL;
      return fetch(isUrl ? new URL(input, job.settings.location) : /** @type {any} */ (input), init);
    }
  );
}
for (const { filename, source } of job.scripts) {
  try {
    runInThisContext(source, { filename });
  } catch (error) {
    dispatch("error", { message: String(/** @type {Error} */ (error)?.message ?? error), error });
  }
}
