/** isolated-vm: V8 isolates of Node's own V8, run on threads of its own. */
import process from "node:process";
import { requirePackage } from "./packages.ts";
import type { Guest, Peer } from "./peer.ts";
import { serve } from "./serve.ts";

/** The little of isolated-vm's types that is used. */
interface Reference {
  apply(receiver: undefined, args: unknown[], options: object): Promise<unknown>;
  applyIgnored(receiver: undefined, args: unknown[], options: object): void;
}
interface Context {
  readonly global: {
    set(name: string, value: unknown): Promise<void>;
    get(name: string, options: object): Promise<Reference>;
  };
  eval(source: string, options?: object): Promise<unknown>;
}
interface Isolate {
  createContext(): Promise<Context>;
  /** Nanoseconds. */
  readonly cpuTime: bigint;
  dispose(): void;
}
interface Library {
  Isolate: new (options: object) => Isolate;
  Reference: new (value: unknown) => Reference;
}

const ivm = requirePackage<Library>("isolated-vm");
const { version } = requirePackage<{ version: string }>("isolated-vm/package.json");

const copyArguments = { arguments: { copy: true } };
const copyBoth = { arguments: { copy: true }, result: { copy: true, promise: true } };

const preamble = `
  var receive;
  var send = (data) => host.applyIgnored(undefined, [data], { arguments: { copy: true } });
  var request = (data) =>
    answer.apply(undefined, [data], { arguments: { copy: true }, result: { copy: true, promise: true } });
`;

class IsolatedVmPeer implements Peer {
  readonly version = `isolated-vm ${version} on Node ${process.versions.node}`;
  answer: (data: unknown) => unknown = () => undefined;

  async create(): Promise<IsolatedVmGuest> {
    const isolate = new ivm.Isolate({ memoryLimit: 128 });
    return new IsolatedVmGuest(isolate, await isolate.createContext());
  }

  async open(program: string): Promise<Guest> {
    const guest = await this.create();
    const { global } = guest.context;
    await global.set("host", new ivm.Reference((data: unknown) => guest.receive(data)));
    await global.set("answer", new ivm.Reference((data: unknown) => this.answer(data)));
    // The one-call form of an echo: a function of the guest that returns what it gets.
    await guest.evaluate(`${preamble}; ${program}; var echo = (data) => data; 0`);
    guest.listener = await global.get("receive", { reference: true });
    guest.echo = await global.get("echo", { reference: true });
    return guest;
  }

  async endless(limitMs: number): Promise<number> {
    const guest = await this.create();
    await guest.evaluate("0");
    const start = performance.now();
    await guest.context.eval("for (;;);", { timeout: limitMs }).catch(() => {});
    const elapsed = performance.now() - start;
    guest.close();
    return elapsed;
  }

  async charged(program: string, limitMs: number): Promise<number> {
    const guest = await this.create();
    await guest.evaluate("0");
    const before = guest.isolate.cpuTime;
    await guest.context.eval(program, { timeout: limitMs }).catch(() => {});
    const used = Number(guest.isolate.cpuTime - before) / 1e6;
    guest.close();
    return used;
  }

  end(): void {}
}

class IsolatedVmGuest implements Guest {
  receive: (data: unknown) => void = () => {};
  listener: Reference | undefined;
  echo: Reference | undefined;
  readonly isolate: Isolate;
  readonly context: Context;

  constructor(isolate: Isolate, context: Context) {
    this.isolate = isolate;
    this.context = context;
  }

  evaluate(source: string): Promise<unknown> {
    return this.context.eval(source, { copy: true });
  }

  send(data: unknown): void {
    this.listener?.applyIgnored(undefined, [data], copyArguments);
  }

  exchange(data: unknown, done: (answer: unknown) => void): void {
    void this.echo?.apply(undefined, [data], copyBoth).then(done);
  }

  close(): void {
    this.isolate.dispose();
  }
}

await serve(async () => new IsolatedVmPeer());
