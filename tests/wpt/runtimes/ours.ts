/** The guest: each file in an isolate of its own, by the public API. */
import { readFileSync } from "node:fs";
import { V8Sandbox } from "network-runtime";
import type { Isolate } from "network-runtime";
import { type WptTest, scriptsOf } from "../checkout.ts";
import { type FileResult, type Report, toFileResult, withoutReport } from "../results.ts";
import { locationOf, readResource } from "../server.ts";
import { GRACE_MS, type Runtime } from "./runtime.ts";

/** All files share one sandbox: they are its stress test as well. */
export class Ours implements Runtime {
  readonly name = "ours";
  readonly version: string;
  readonly #checkout: string;
  readonly #sandbox: V8Sandbox;
  readonly #harness = readFileSync(new URL("../guest/harness.js", import.meta.url), "utf8");

  constructor(checkout: string) {
    this.#checkout = checkout;
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
      .onRequest("wpt-resource", (pathname: string) => readResource(this.#checkout, pathname))
      .onSystem("terminated", ({ reason }) => give("CRASH", `terminated: ${reason}`))
      .onSystem("destroyed", ({ reason }) => give("CRASH", `destroyed: ${reason}`))
      // The guest's harness hears of these too; they matter here when it is the harness that fails.
      .onSystem("error", ({ message }) => void noted.push(message));
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
    const settings = { location: locationOf(test), title: test.meta.title, timeoutMs: test.timeoutMs };
    const host = `{
      report: (json) => NETWORK.send("wpt-report", json),
      resource: (pathname) => NETWORK.request("wpt-resource", pathname),
    }`;
    isolate.execute(this.#harness, { filename: "harness.js" });
    isolate.execute(`wptStart(${JSON.stringify(settings)}, ${host}); delete globalThis.wptStart;`);
    for (const { filename, source } of scriptsOf(this.#checkout, test)) isolate.execute(source, { filename });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox[Symbol.asyncDispose]();
  }
}
