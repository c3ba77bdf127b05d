/** A real client in a guest that reaches one server, by its name and through the host's helpers, and nothing else. */
import { afterAll, afterEach, beforeAll, expect } from "bun:test";
import { V8Sandbox } from "network-runtime";
import type { Isolate } from "network-runtime";
import { fetchProxy, webSocketGateway } from "network-runtime/net";
import type { FetchLogEntry, FetchProxy, WebSocketGateway, WebSocketLogEntry } from "network-runtime/net";
import { join } from "node:path";
import { bundleFolder } from "../packages/bundle.ts";

/** The name that guests know the server by. It means this machine to nobody but the helpers under test. */
export const HOST = "api.example.test";

/** One guest with its bundle, and what the host sees of its network. */
export interface Client {
  readonly isolate: Isolate;
  readonly proxy: FetchProxy;
  readonly gateway: WebSocketGateway;
  /** Requests that are over, in that order. */
  readonly requests: FetchLogEntry[];
  /** Connections that are over, in that order. */
  readonly connections: WebSocketLogEntry[];
  /** Resolves when no request and no connection is under way any more. */
  idle(): Promise<void>;
  /** Asks the guest's bundle for one of its functions. */
  call<R>(work: (...input: any[]) => R, input?: unknown): Promise<Awaited<R>>;
}

/**
 * Bundles a module of `guests/` once for a test file. After each test, the guests are destroyed and nothing of theirs may
 * be left open.
 */
export function useClient(name: string): (port: number) => Promise<Client> {
  let sandbox: V8Sandbox;
  let script: string;
  const clients: (Client & { readonly ended: Promise<unknown> })[] = [];
  beforeAll(async () => {
    script = (await bundleFolder(join(import.meta.dir, "guests"), [name])).get(name)!;
    sandbox = new V8Sandbox({ threads: 2 });
  });
  afterEach(async () => {
    for (const { isolate, proxy, gateway, ended, idle } of clients.splice(0)) {
      isolate.destroy();
      await ended;
      await idle();
      expect([proxy.stats().active, gateway.stats().connections]).toEqual([0, 0]);
    }
  });
  afterAll(() => sandbox.shutdown());

  return async (port) => {
    const isolate = await sandbox.createIsolate({ cpuMs: 5000 });
    const requests: FetchLogEntry[] = [];
    const connections: WebSocketLogEntry[] = [];
    const waiting: (() => void)[] = [];
    const isIdle = (): boolean => proxy.stats().active === 0 && gateway.stats().connections === 0;
    const ended = (): void => {
      if (isIdle()) waiting.splice(0).forEach((resolve) => resolve());
    };
    const local = { addresses: ["127.0.0.1"], resolve: async () => ["127.0.0.1"] };
    const proxy = fetchProxy({
      ...local,
      allow: [`http://${HOST}:${port}`],
      log: (entry) => {
        requests.push(entry);
        ended();
      },
    });
    isolate.onRequest("fetch", proxy);
    const gateway = webSocketGateway(isolate, {
      ...local,
      allow: [`ws://${HOST}:${port}`],
      log: (entry) => {
        connections.push(entry);
        ended();
      },
    });
    await isolate.evaluate(script, { filename: `${name}.js` });
    const client = {
      isolate,
      proxy,
      gateway,
      requests,
      connections,
      idle: () => (isIdle() ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve))),
      ended: new Promise((resolve) => isolate.onSystem("destroyed", resolve)),
      call: (work: (...input: any[]) => unknown, input?: unknown) => isolate.request(work.name, input) as Promise<any>,
    };
    clients.push(client);
    return client;
  };
}
