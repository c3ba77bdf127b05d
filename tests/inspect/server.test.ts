import { expect, test } from "bun:test";
import CDP from "chrome-remote-interface";
import { request } from "node:http";
import { ListenError, OptionError, SandboxShutdownError, V8Sandbox } from "../../lib/index.ts";
import { Debugged } from "./harness.ts";

/** With headers that fetch would not send. @returns the status */
function get(url: string, headers: Record<string, string>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const asked = request(url, { headers }, (response) => {
    response.resume();
    resolve(response.statusCode!);
  });
  asked.on("upgrade", (response, socket) => {
    socket.destroy();
    resolve(response.statusCode!);
  });
  asked.on("error", reject);
  asked.end();
  return promise;
}

const UPGRADE = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

test("the list names each living isolate, by its name, with an address that can be connected to", async () => {
  await using debugged = await Debugged.start();
  const named = await debugged.sandbox.createIsolate({ name: "tenant 7" });
  const nameless = await debugged.sandbox.createIsolate();
  const { port, url } = debugged.server;
  const token = new URL(url).pathname;
  const targets = await CDP.List({ host: "127.0.0.1", port, alterPath: (path) => token + path });
  expect(targets.map(({ title, id, webSocketDebuggerUrl }) => [title, id, webSocketDebuggerUrl])).toEqual([
    ["tenant 7", "0", debugged.address(named)],
    ["Isolate #1", "1", debugged.address(nameless)],
  ]);
  const version = await CDP.Version({ host: "127.0.0.1", port, alterPath: (path) => token + path });
  expect(version).toMatchObject({ "Protocol-Version": "1.3", "V8-Version": debugged.sandbox.versions.v8 });
  nameless.destroy();
  expect(await (await fetch(`${url}/json/list`)).json()).toHaveLength(1);
});

test("nobody is answered without the token, from a web page, or under another name", async () => {
  await using debugged = await Debugged.start();
  const worker = await debugged.sandbox.createIsolate();
  const { port, url } = debugged.server;
  const base = `http://127.0.0.1:${port}`;
  const token = new URL(url).pathname.slice(1);
  const Host = `127.0.0.1:${port}`;
  const target = `${url}/${worker.id}`;
  expect(await get(`${url}/json/list`, { Host })).toBe(200);
  expect(await get(`${base}/json/list`, { Host })).toBe(403);
  expect(await get(`${base}/${token.slice(1)}x/json/list`, { Host })).toBe(403);
  expect(await get(`${base}/${token}x/json/list`, { Host })).toBe(403);
  expect(await get(`${url}/json/protocol`, { Host })).toBe(404);
  expect(await get(target, { Host, ...UPGRADE })).toBe(101);
  expect(await get(target, { Host: `localhost:${port}`, Origin: "devtools://devtools", ...UPGRADE })).toBe(101);
  expect(await get(`${base}/${worker.id}`, { Host, ...UPGRADE })).toBe(403);
  expect(await get(`${url}/7`, { Host, ...UPGRADE })).toBe(404);
  for (const more of [{}, UPGRADE]) {
    expect(await get(target, { Host: `127.0.0.1:${port - 1}`, ...more })).toBe(403);
    expect(await get(target, { Host: "attacker.example", ...more })).toBe(403);
    expect(await get(target, { Host: "127.0.0.1.attacker.example", ...more })).toBe(403);
    expect(await get(target, { Host, Origin: "https://attacker.example", ...more })).toBe(403);
    expect(await get(target, { Host, Origin: "null", ...more })).toBe(403);
  }
});

test("with discovery the list is there for whoever can connect, the WebSockets are not", async () => {
  await using debugged = await Debugged.start({}, { discovery: true });
  await debugged.sandbox.createIsolate();
  const { port } = debugged.server;
  expect(await CDP.List({ host: "127.0.0.1", port })).toHaveLength(1);
  expect(await get(`http://127.0.0.1:${port}/0`, { Host: "127.0.0.1", ...UPGRADE })).toBe(403);
});

test("a port in use, an address of the network and unknown options are refused", async () => {
  await using debugged = await Debugged.start();
  const { sandbox, server } = debugged;
  const taken = await sandbox.inspect({ port: server.port }).catch((error: unknown) => error);
  expect(taken).toBeInstanceOf(ListenError);
  expect((taken as Error).message).toContain(`127.0.0.1:${server.port}`);
  for (const hostname of ["0.0.0.0", "192.168.0.1", "example.com", ""]) {
    expect(await sandbox.inspect({ port: 0, hostname }).catch((error: unknown) => error)).toBeInstanceOf(OptionError);
  }
  // @ts-expect-error: a misspelt option
  const misspelt = await sandbox.inspect({ prot: 0 }).catch((error: unknown) => error);
  expect((misspelt as Error).message).toContain("did you mean port?");
  expect(await sandbox.inspect({ port: 70_000 }).catch((error: unknown) => error)).toBeInstanceOf(OptionError);
});

test("it listens until it is closed, and for as long as the sandbox lives", async () => {
  const sandbox = new V8Sandbox();
  const first = await sandbox.inspect({ port: 0 });
  await first.close();
  await first.close();
  expect(await fetch(`${first.url}/json/list`).catch(() => "closed")).toBe("closed");
  const second = await sandbox.inspect({ port: 0 });
  await sandbox[Symbol.asyncDispose]();
  await second.close();
  expect(await fetch(`${second.url}/json/list`).catch(() => "closed")).toBe("closed");
  expect(await sandbox.inspect().catch((error: unknown) => error)).toBeInstanceOf(SandboxShutdownError);
});
