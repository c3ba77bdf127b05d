/**
 * Runs before testharness.js, in any runtime: makes the global look like a dedicated worker's where it matters to the
 * harness, and reports what the tests came to. Intrinsics are captured: tests patch them.
 */
"use strict";

/**
 * @param {WptTestSettings} settings
 * @param {WptHost} host
 */
globalThis.wptStart = (settings, host) => {
  const { stringify } = JSON;
  const { setTimeout, String } = globalThis;
  const slice = Function.prototype.call.bind(String.prototype.slice);

  /** No message needs to be longer. */
  const messageLengthMax = 300;

  /** @type {(name: string, value: unknown, force?: boolean) => void} */
  const define = (name, value, force = false) => {
    if (!force && name in globalThis) return;
    Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
  };

  const [, protocol = "", authority = "", pathname = "", search = ""] =
    /^(\w+:)\/\/([^/]+)([^?]*)(.*)$/.exec(settings.location) ?? [];
  const origin = `${protocol}//${authority}`;
  const [hostname, port] = authority.split(":");
  const location = { href: settings.location, origin, protocol, host: authority, hostname, port, pathname, search };
  define("self", globalThis);
  define("location", { ...location, hash: "", toString: () => settings.location }, true);
  define("GLOBAL", { isWindow: () => false, isWorker: () => true, isShadowRealm: () => false });
  if (settings.title !== undefined) define("META_TITLE", settings.title);
  // By these the harness knows a worker. It posts its messages to whoever started one: the report below takes their place.
  const DedicatedWorkerGlobalScope = class {
    /** @param {unknown} value */
    static [Symbol.hasInstance](value) {
      return value === globalThis;
    }
  };
  define("DedicatedWorkerGlobalScope", DedicatedWorkerGlobalScope);
  define("postMessage", () => {}, true);
  // The scripts have run already: checkout.ts finds them by their names.
  define("importScripts", () => {});

  /** Once testharness.js has run. */
  define("wptReport", () => {
    const { add_completion_callback, timeout } = globalThis;
    setTimeout(() => timeout(), settings.timeoutMs);
    add_completion_callback((tests, status) => {
      /** @type {(message: unknown) => string | null} */
      const short = (message) => (message == null ? null : slice(String(message), 0, messageLengthMax));
      /** @type {unknown[]} */
      const list = [];
      for (let i = 0; i < tests.length; i++) {
        const test = /** @type {import("./globals.d.ts").WptSubtest} */ (tests[i]);
        list[i] = [test.name, test.status, test.status === 0 ? null : short(test.message)];
      }
      host.report(stringify({ status: status.status, message: short(status.message), tests: list }));
    });
  });
};
