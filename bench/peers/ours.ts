/** network-runtime itself, through its public entry. */
import process from "node:process";
import { V8Sandbox } from "../../lib/index.ts";
import { loadLibrary } from "../../lib/ffi/library.ts";
import type { Isolate } from "../../lib/index.ts";
import { fetchProxy, webSocketGateway } from "../../lib/net/index.ts";
import { run } from "../../lib/run/index.ts";
import { bundles } from "../programs/bundles.ts";
import type { Guest, Peer } from "./peer.ts";
import { serve } from "./serve.ts";

const library = loadLibrary();

const preamble = `
  var receive;
  var send = (data) => NETWORK.send("data", data);
  var request = (data) => NETWORK.request("ask", data);
  NETWORK.on("data", (data) => receive(data));
`;

export class OurPeer implements Peer {
  answer: (data: unknown) => unknown = () => undefined;
  // Two slots whatever the machine has, as the goals say. Loops that never end are part of what is measured.
  readonly #sandbox: V8Sandbox;

  constructor(isolation: "isolate" | "process") {
    this.#sandbox = new V8Sandbox({ threads: 2, cpuMs: 0, isolation });
  }

  get version(): string {
    return `network-runtime ${this.#sandbox.versions.networkRuntime}, V8 ${this.#sandbox.versions.v8}, Bun ${process.versions.bun}`;
  }

  async create(): Promise<OurGuest> {
    return new OurGuest(await this.#sandbox.createIsolate());
  }

  async open(program: string): Promise<Guest> {
    const guest = await this.create();
    guest.isolate.on("data", (data) => guest.receive(data));
    guest.isolate.onRequest("ask", (data) => this.answer(data));
    guest.isolate.expose("host", { ask: (data: unknown) => this.answer(data) });
    await guest.isolate.evaluate(`${preamble}; ${program}; 0`);
    return guest;
  }

  async run(source: string): Promise<unknown> {
    const result = await run(source, { sandbox: this.#sandbox });
    if (!result.ok) throw result.error;
    return result.value;
  }

  async template(kind: "functions" | "packages"): ReturnType<NonNullable<Peer["template"]>> {
    const modules = { "./main.js": await bundles[kind]() };
    const template = await this.#sandbox.template({ modules, prepare: (isolate) => isolate.import("./main.js") });
    return {
      create: async () => new OurGuest(await template.createIsolate()),
      load: async () => {
        const guest = await this.create();
        await guest.isolate.import("./main.js", { modules });
        return guest;
      },
    };
  }

  async importer(modules: Readonly<Record<string, string>>): ReturnType<NonNullable<Peer["importer"]>> {
    const guest = await this.create();
    await guest.evaluate("0");
    return {
      import: async (entry) => (await guest.isolate.import(entry, { modules })).sum,
      close: () => guest.close(),
    };
  }

  async endless(limitMs: number): Promise<number> {
    const isolate = await this.#sandbox.createIsolate({ cpuMs: limitMs });
    await isolate.evaluate("0");
    const start = performance.now();
    await isolate.evaluate("for (;;);").catch(() => {});
    const elapsed = performance.now() - start;
    isolate.destroy();
    return elapsed;
  }

  async charged(program: string, limitMs: number): Promise<number> {
    const isolate = await this.#sandbox.createIsolate({ cpuMs: limitMs });
    await isolate.evaluate("0");
    const { promise, resolve } = Promise.withResolvers<number>();
    const before = this.#sandbox.stats().cpuMs;
    // `terminated` tells what was used when the limit was noticed; the sandbox also has what the turn then took to end.
    isolate.onSystem("destroyed", () => resolve(this.#sandbox.stats().cpuMs - before));
    isolate.execute(program);
    return promise;
  }

  bare(): number {
    const ms = new Float64Array(1);
    const status = library.nr_bench_bare_isolate(ms);
    if (status !== 0) throw new Error(`nr_bench_bare_isolate: status ${status}`);
    return ms[0] as number;
  }

  async connect(origin: string): Promise<OurGuest> {
    const guest = await this.create();
    guest.isolate.onRequest("fetch", fetchProxy({ allow: [origin] }));
    webSocketGateway(guest.isolate, { allow: [origin.replace("http", "ws")] });
    return guest;
  }

  end(): void {
    this.#sandbox.shutdown();
  }
}

class OurGuest implements Guest {
  receive: (data: unknown) => void = () => {};
  readonly isolate: Isolate;

  constructor(isolate: Isolate) {
    this.isolate = isolate;
  }

  evaluate(source: string): Promise<unknown> {
    return this.isolate.evaluate(source);
  }

  evaluateWith(source: string, args: object): Promise<unknown> {
    return this.isolate.evaluate(source, { args });
  }

  send(data: unknown): void {
    this.isolate.send("data", data);
  }

  exchange(data: unknown, done: (answer: unknown) => void): void {
    this.receive = done;
    this.isolate.send("data", data);
  }

  close(): void {
    this.isolate.destroy();
  }
}

if (import.meta.main) await serve(async () => new OurPeer("isolate"));
