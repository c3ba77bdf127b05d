/** The guest: each file in an isolate of its own, by the public API. */
import { readFileSync } from "node:fs";
import { V8Sandbox } from "network-runtime";
import type { Isolate } from "network-runtime";
import { type FetchProxy, type PolicyOptions, fetchProxy, webSocketGateway } from "network-runtime/net";
import { type WptTest, scriptsOf } from "../checkout.ts";
import { type FileResult, type Report, toFileResult, withoutReport } from "../results.ts";
import { type Site, locationOf } from "../site.ts";
import type { StandIn } from "../stand-in/stand-in.ts";
import { GRACE_MS, type Runtime } from "./runtime.ts";

/** https://fetch.spec.whatwg.org/#http-redirect-fetch */
const REDIRECTS_MAX = 20;
/** Those of the tests as well. */
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CHICKEN", "FOO", "TACO", "TESTING"];

/** The site's servers, under all of its names, and nothing else. */
function networkOf({ host, ports }: Site): PolicyOptions {
  const served = [...ports.http, ...ports.ws].map(String);
  return {
    allow: ({ hostname, port }) =>
      served.includes(port) && (hostname === "127.0.0.1" || hostname === host || hostname.endsWith(`.${host}`)),
    addresses: ["127.0.0.1"],
    resolve: async () => ["127.0.0.1"],
  };
}

/** All files share one sandbox: they are its stress test as well. */
export class Ours implements Runtime {
  readonly name = "ours";
  readonly version: string;
  readonly #checkout: string;
  readonly #sandbox: V8Sandbox;
  readonly #harness = readFileSync(new URL("../guest/harness.js", import.meta.url), "utf8");

  readonly #site: Site;
  readonly #network: PolicyOptions;
  readonly #fetch: FetchProxy;

  constructor(checkout: string, { site }: StandIn) {
    this.#checkout = checkout;
    this.#site = site;
    this.#network = networkOf(site);
    this.#fetch = fetchProxy({ ...this.#network, methods, maxRedirects: REDIRECTS_MAX });
    // What a browser's worker may use, about; the tests of large keys and of many code points need it.
    this.#sandbox = new V8Sandbox({ cpuMs: 60_000, memoryMb: 512 });
    this.version = this.#sandbox.versions.networkRuntime;
  }

  async run(test: WptTest): Promise<FileResult> {
    const started = performance.now();
    const elapsed = (): number => Math.round(performance.now() - started);
    const isolate = await this.#sandbox.createIsolate();
    const done = Promise.withResolvers<FileResult>();
    const noted: string[] = [];
    const give = (harness: "CRASH" | "HANG", message: string): void =>
      done.resolve(withoutReport(test.id, harness, [message, ...noted].join("; "), elapsed()));
    isolate
      .on("wpt-report", (json: string) => done.resolve(toFileResult(test.id, JSON.parse(json) as Report, elapsed())))
      .onRequest("fetch", this.#fetch)
      .onSystem("terminated", ({ reason }) => give("CRASH", `terminated: ${reason}`))
      .onSystem("destroyed", ({ reason }) => give("CRASH", `destroyed: ${reason}`))
      // The guest's harness hears of these too; they matter here when it is the harness that fails.
      .onSystem("error", ({ message }) => void noted.push(message));
    webSocketGateway(isolate, { ...this.#network, maxConnections: 0, maxMessageBytes: 0, maxBufferedBytes: 0 });
    const timer = setTimeout(() => give("HANG", "no report"), test.timeoutMs + GRACE_MS);
    try {
      this.#start(isolate, test);
      return await done.promise;
    } finally {
      clearTimeout(timer);
      isolate.destroy();
    }
  }

  #start(isolate: Isolate, test: WptTest): void {
    const settings = { location: locationOf(test, this.#site), title: test.meta.title, timeoutMs: test.timeoutMs };
    const host = `{ report: (json) => NETWORK.send("wpt-report", json) }`;
    isolate.execute(this.#harness, { filename: "harness.js" });
    isolate.execute(`wptStart(${JSON.stringify(settings)}, ${host}); delete globalThis.wptStart;`);
    for (const { filename, source } of scriptsOf(this.#checkout, test, this.#site))
      isolate.execute(source, { filename });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox[Symbol.asyncDispose]();
  }
}
