/** Node's worker_threads; programs run on Node's first thread, for the comparison with plain Node. */
import process from "node:process";
import vm from "node:vm";
import { Worker } from "node:worker_threads";
import type { Guest, Peer } from "./peer.ts";
import { serve } from "./serve.ts";

const preamble = `
  var receive, send = (data) => parentPort.postMessage(data), nextId = 0, pending = new Map();
  var request = (data) => new Promise((resolve) => {
    pending.set(nextId, resolve);
    parentPort.postMessage({ request: nextId++, data });
  });
  listen((data) => {
    if (data?.response === undefined) return receive(data);
    const resolve = pending.get(data.response);
    pending.delete(data.response);
    resolve(data.data);
  });
`;

class NodePeer implements Peer {
  readonly version = `Node ${process.versions.node}, V8 ${process.versions.v8}`;
  answer: (data: unknown) => unknown = () => undefined;

  async create(): Promise<Guest> {
    return this.#create();
  }

  async open(program: string): Promise<Guest> {
    const guest = this.#create();
    await guest.evaluate(`${preamble}; ${program}; 0`);
    guest.listen();
    return guest;
  }

  async endless(limitMs: number): Promise<number> {
    const guest = this.#create();
    await guest.evaluate("0");
    const start = performance.now();
    void guest.evaluate("for (;;);");
    await new Promise((resolve) => setTimeout(resolve, limitMs));
    await guest.close();
    return performance.now() - start;
  }

  /** In a context of its own, on Node's first thread. */
  async importer(modules: Readonly<Record<string, string>>): ReturnType<NonNullable<Peer["importer"]>> {
    const context = vm.createContext({});
    vm.runInContext("0", context);
    const made = new Map<string, vm.SourceTextModule>();
    const find = (identifier: string): vm.SourceTextModule => {
      let module = made.get(identifier);
      if (!module)
        made.set(identifier, (module = new vm.SourceTextModule(modules[identifier]!, { identifier, context })));
      return module;
    };
    return {
      async import(entry): Promise<unknown> {
        const root = find(entry);
        await root.link(find);
        await root.evaluate();
        return (root.namespace as { sum?: unknown }).sum;
      },
      close(): void {},
    };
  }

  computer(): Pick<Guest, "evaluate"> {
    return { evaluate: async (source) => vm.runInThisContext(source) };
  }

  end(): void {}

  #create(): NodeGuest {
    const limits = { maxOldGenerationSizeMb: 128 };
    return new NodeGuest(this, new Worker(new URL("node-guest.cjs", import.meta.url), { resourceLimits: limits }));
  }
}

class NodeGuest implements Guest {
  receive: (data: unknown) => void = () => {};
  readonly #peer: Peer;
  readonly #worker: Worker;

  constructor(peer: Peer, worker: Worker) {
    this.#peer = peer;
    this.#worker = worker;
  }

  evaluate(source: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#worker.once("message", resolve);
      this.#worker.once("error", reject);
      this.#worker.postMessage(source);
    });
  }

  listen(): void {
    this.#worker.on("message", (data) => {
      if (data?.request === undefined) this.receive(data);
      else this.#worker.postMessage({ response: data.request, data: this.#peer.answer(data.data) });
    });
  }

  send(data: unknown): void {
    this.#worker.postMessage(data);
  }

  exchange(data: unknown, done: (answer: unknown) => void): void {
    this.receive = done;
    this.#worker.postMessage(data);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

await serve(async () => new NodePeer());
