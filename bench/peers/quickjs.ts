/** quickjs-emscripten in Bun: an interpreter compiled to WebAssembly, on the host's own thread. */
import process from "node:process";
import { requirePackage } from "./packages.ts";
import type { Guest, Peer } from "./peer.ts";
import { serve } from "./serve.ts";

/** The little of quickjs-emscripten's types that is used. */
interface Handle {
  dispose(): void;
}
interface Deferred {
  readonly handle: Handle;
  resolve(value: Handle): void;
}
interface Context {
  readonly runtime: {
    executePendingJobs(): unknown;
    setInterruptHandler(handler: () => boolean): void;
  };
  readonly global: Handle;
  newString(value: string): Handle;
  newNumber(value: number): Handle;
  newArrayBuffer(value: ArrayBuffer): Handle;
  newFunction(name: string, call: (argument: Handle) => Handle | undefined): Handle;
  newPromise(): Deferred;
  newObject(): Handle;
  getProp(target: Handle, name: string): Handle;
  setProp(target: Handle, name: string, value: Handle): void;
  getArrayBuffer(handle: Handle): { value: Uint8Array; dispose(): void };
  getString(handle: Handle): string;
  dump(handle: Handle): unknown;
  callFunction(call: Handle, receiver: Handle, argument: Handle): unknown;
  evalCode(source: string): unknown;
  unwrapResult(result: unknown): Handle;
  dispose(): void;
}
interface Library {
  getQuickJS(): Promise<{ newContext(): Context }>;
}

const { getQuickJS } = requirePackage<Library>("quickjs-emscripten");
const { version } = requirePackage<{ version: string }>("quickjs-emscripten/package.json");
const quickjs = await getQuickJS();

// Trees cross as JSON text and bytes as an ArrayBuffer: the fastest ways the library has. Small objects are built.
const preamble = `
  var receive;
  var send = (data) =>
    data instanceof ArrayBuffer ? hostBytes(data) : data.tree ? hostTree(JSON.stringify(data)) : host(data);
  var request = (data) => answer(data);
`;

class QuickJsPeer implements Peer {
  readonly version = `quickjs-emscripten ${version} in Bun ${process.versions.bun}`;
  answer: (data: unknown) => unknown = () => undefined;

  async create(): Promise<QuickJsGuest> {
    return new QuickJsGuest(quickjs.newContext());
  }

  async open(program: string): Promise<Guest> {
    const guest = await this.create();
    const { context } = guest;
    const provide = (name: string, call: (argument: Handle) => Handle | undefined): void =>
      context.setProp(context.global, name, context.newFunction(name, call));
    provide("host", (argument) => void guest.receive(context.dump(argument)));
    provide("hostTree", (argument) => void guest.receive(JSON.parse(context.getString(argument))));
    provide("hostBytes", (argument) => {
      const bytes = context.getArrayBuffer(argument);
      guest.receive(bytes.value.slice());
      bytes.dispose();
      return undefined;
    });
    provide("answer", (argument) => {
      const promise = context.newPromise();
      const value = guest.toGuest(this.answer(context.dump(argument)));
      promise.resolve(value);
      value.dispose();
      return promise.handle;
    });
    await guest.evaluate(`${preamble}; ${program}; var deliver = (data) => receive(data);
      var deliverTree = (text) => receive(JSON.parse(text)); 0`);
    guest.deliver = context.getProp(context.global, "deliver");
    guest.deliverTree = context.getProp(context.global, "deliverTree");
    return guest;
  }

  async endless(limitMs: number): Promise<number> {
    const { context } = await this.create();
    const start = performance.now();
    context.runtime.setInterruptHandler(() => performance.now() - start >= limitMs);
    // An interrupted script ends in an error.
    (context.evalCode("for (;;);") as { error: Handle }).error.dispose();
    const elapsed = performance.now() - start;
    context.dispose();
    return elapsed;
  }

  end(): void {}
}

class QuickJsGuest implements Guest {
  receive: (data: unknown) => void = () => {};
  deliver: Handle | undefined;
  deliverTree: Handle | undefined;
  readonly context: Context;

  constructor(context: Context) {
    this.context = context;
  }

  async evaluate(source: string): Promise<unknown> {
    const handle = this.context.unwrapResult(this.context.evalCode(source));
    const value = this.context.dump(handle);
    handle.dispose();
    return value;
  }

  toGuest(data: unknown): Handle {
    const { context } = this;
    if (data instanceof Uint8Array) return context.newArrayBuffer(data.buffer as ArrayBuffer);
    if (typeof data === "string") return context.newString(data);
    if (typeof data === "number") return context.newNumber(data);
    if (isTree(data)) return context.newString(JSON.stringify(data));
    const object = context.newObject();
    for (const [name, value] of Object.entries(data as Record<string, unknown>)) {
      const handle = this.toGuest(value);
      context.setProp(object, name, handle);
      handle.dispose();
    }
    return object;
  }

  send(data: unknown): void {
    const { context } = this;
    const deliver = (isTree(data) ? this.deliverTree : this.deliver) as Handle;
    const argument = this.toGuest(data);
    context.unwrapResult(context.callFunction(deliver, context.global, argument)).dispose();
    argument.dispose();
    context.runtime.executePendingJobs();
  }

  exchange(data: unknown, done: (answer: unknown) => void): void {
    this.receive = done;
    this.send(data);
  }

  close(): void {
    this.deliver?.dispose();
    this.deliverTree?.dispose();
    this.context.dispose();
  }
}

function isTree(data: unknown): boolean {
  return typeof data === "object" && data !== null && "tree" in data;
}

await serve(async () => new QuickJsPeer());
