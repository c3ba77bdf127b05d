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
  const { setTimeout, TypeError, String } = globalThis;
  const slice = Function.prototype.call.bind(String.prototype.slice);

  const platformFetch = globalThis.fetch;
  const PlatformResponse = globalThis.Response;
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

  /** @type {(url: string) => string | undefined} An URL's path if it is the server's. */
  const localPath = (url) => {
    if (url.startsWith(`${origin}/`)) return url.slice(origin.length).replace(/[?#].*$/, "");
    if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(url)) return undefined;
    const path = url.replace(/[?#].*$/, "");
    return path.startsWith("/") ? path : pathname.replace(/[^/]*$/, path);
  };

  /** @type {(resource: WptResource) => object} */
  const toResponse = ({ status, type, body }) => {
    if (PlatformResponse !== undefined) {
      return new PlatformResponse(body, { status, headers: { "content-type": type } });
    }
    const text = async () => new TextDecoder().decode(body);
    const arrayBuffer = async () => body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength);
    return { ok: status === 200, status, text, json: async () => JSON.parse(await text()), arrayBuffer };
  };

  /** Files of the checkout come from the runner; the rest is the platform's own affair. */
  const fetch = {
    /** @type {(input: unknown, init?: unknown) => Promise<unknown>} */
    async fetch(input) {
      const isUrl = typeof input === "string" || (typeof URL === "function" && input instanceof URL);
      const path = isUrl ? localPath(String(input)) : undefined;
      if (path !== undefined) return toResponse(await host.resource(path));
      if (platformFetch === undefined) throw new TypeError("fetch is not defined");
      return platformFetch.apply(globalThis, /** @type {[any]} */ (/** @type {unknown} */ (arguments)));
    },
  }.fetch;
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, "fetch");
  Object.defineProperty(globalThis, "fetch", {
    ...(descriptor ?? { writable: true, enumerable: true, configurable: true }),
    value: fetch,
  });

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
