/** Web Workers of the runtime this runs in: Bun or Deno. */
import process from "node:process";
import type { Guest, Peer } from "./peer.ts";
import { serve } from "./serve.ts";

// What a user would write: no envelope around the data, and ids only where an answer must find its request.
const preamble = `
  var receive, send = (data) => postMessage(data), nextId = 0, pending = new Map();
  var request = (data) => new Promise((resolve) => {
    pending.set(nextId, resolve);
    postMessage({ request: nextId++, data });
  });
  onmessage = ({ data }) => {
    if (data?.response === undefined) return receive(data);
    const resolve = pending.get(data.response);
    pending.delete(data.response);
    resolve(data.data);
  };
`;

class WebWorkerPeer implements Peer {
  readonly version = "Deno" in globalThis ? `Deno ${process.versions.deno}` : `Bun ${process.versions.bun}`;
  answer: (data: unknown) => unknown = () => undefined;
  readonly #workers = new Set<Worker>();

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
    const closed = new Promise((resolve) => guest.worker.addEventListener("close", resolve));
    void guest.evaluate("for (;;);");
    setTimeout(() => guest.worker.terminate(), limitMs);
    await closed;
    return performance.now() - start;
  }

  end(): void {
    for (const worker of this.#workers) worker.terminate();
  }

  #create(): WebGuest {
    const worker = new Worker(new URL("web-guest.js", import.meta.url), { type: "module" });
    this.#workers.add(worker);
    return new WebGuest(this, worker, () => this.#workers.delete(worker));
  }
}

class WebGuest implements Guest {
  receive: (data: unknown) => void = () => {};
  readonly worker: Worker;
  readonly #peer: Peer;
  readonly #closed: () => void;

  constructor(peer: Peer, worker: Worker, closed: () => void) {
    this.#peer = peer;
    this.worker = worker;
    this.#closed = closed;
  }

  evaluate(source: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.worker.onmessage = ({ data }) => resolve(data);
      this.worker.onerror = (event) => reject(new Error(event.message));
      this.worker.postMessage(source);
    });
  }

  listen(): void {
    this.worker.onmessage = ({ data }) => {
      if (data?.request === undefined) this.receive(data);
      else this.worker.postMessage({ response: data.request, data: this.#peer.answer(data.data) });
    };
  }

  send(data: unknown): void {
    this.worker.postMessage(data);
  }

  exchange(data: unknown, done: (answer: unknown) => void): void {
    this.receive = done;
    this.worker.postMessage(data);
  }

  close(): void {
    this.worker.terminate();
    this.#closed();
  }
}

await serve(async () => new WebWorkerPeer());
