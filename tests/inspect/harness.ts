/** A sandbox that is debugged, and real clients of Chrome's DevTools protocol. */
import type { EventEmitter } from "node:events";
import CDP from "chrome-remote-interface";
import type { Client } from "chrome-remote-interface";
import { V8Sandbox } from "../../lib/index.ts";
import type { InspectOptions, InspectorServer, Isolate, SandboxOptions } from "../../lib/index.ts";

/** One sandbox with its server, until it is disposed of. */
export class Debugged implements AsyncDisposable {
  readonly sandbox: V8Sandbox;
  readonly server: InspectorServer;
  readonly #clients: Client[] = [];

  private constructor(sandbox: V8Sandbox, server: InspectorServer) {
    this.sandbox = sandbox;
    this.server = server;
  }

  static async start(options: SandboxOptions = {}, inspect: InspectOptions = {}): Promise<Debugged> {
    const sandbox = new V8Sandbox(options);
    return new Debugged(sandbox, await sandbox.inspect({ port: 0, ...inspect }));
  }

  /** The address of an isolate's WebSocket. */
  address(isolate: Isolate): string {
    return `${this.server.url.replace("http:", "ws:")}/${isolate.id}`;
  }

  async connect(isolate: Isolate): Promise<Client> {
    const client = await CDP({ target: this.address(isolate), local: true });
    this.#clients.push(client);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) await client.close();
    await this.server.close();
    await this.sandbox[Symbol.asyncDispose]();
  }
}

/** The next event of a kind. @param wanted - which of them */
export function next<Params>(
  client: Client,
  name: string,
  wanted: (params: Params) => boolean = () => true,
): Promise<Params> {
  const { promise, resolve } = Promise.withResolvers<Params>();
  // Which it is, but its types do not say so.
  const emitter = client as unknown as EventEmitter;
  const handler = (params: Params): void => {
    if (!wanted(params)) return;
    emitter.off(name, handler);
    resolve(params);
  };
  emitter.on(name, handler);
  return promise;
}
