// The protocol's own client, over standard streams and streamable HTTP.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { join } from "node:path";
import { z } from "zod";
import { ListenError, OptionError } from "../../lib/index.ts";
import type { Listening } from "../../lib/index.ts";
import { codeServer, httpHandler, serveHttp } from "../../lib/mcp/index.ts";
import { defineTools } from "../../lib/run/index.ts";
import { BAD, GOOD, limits, weather } from "./programs.ts";

const tools = defineTools({
  fetchWeather: { description: "Get weather for a city", input: z.object({ location: z.string() }), run: weather },
});
const written = (code: string): string => code.replaceAll("CALL", "tools.fetchWeather");

interface Answer {
  readonly ok: boolean;
  readonly value?: unknown;
  readonly error?: { readonly message: string };
  readonly isError: boolean;
}

async function call(client: Client, code: unknown): Promise<Answer> {
  const result = await client.callTool({ name: "run_code", arguments: { code } });
  const [content] = result.content as { text: string }[];
  return { ...(JSON.parse(content!.text) as Omit<Answer, "isError">), isError: result.isError === true };
}

let server: Listening;
let client: Client;
beforeAll(async () => {
  server = serveHttp({ tools, limits });
  client = new Client({ name: "test", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url)) as never);
});
afterAll(async () => {
  await client.close();
  await server.close();
});

describe("over streamable HTTP", () => {
  test("run_code is listed with the tools' declarations", async () => {
    const { tools: listed } = await client.listTools();
    expect(listed.map(({ name }) => name)).toEqual(["run_code"]);
    expect(listed[0]!.description).toContain("/** Get weather for a city */");
    expect(listed[0]!.inputSchema).toMatchObject({ type: "object", required: ["code"] });
    expect(client.getServerVersion()?.name).toBe("network-runtime");
  });

  test.each(GOOD)("a program that $name", async ({ code, value }) => {
    expect(await call(client, written(code))).toMatchObject({ ok: true, value: value ?? null, isError: false });
  });

  test.each(BAD)("a program that $name", async ({ code, message }) => {
    const { ok, error, isError } = await call(client, written(code));
    expect({ ok, isError }).toEqual({ ok: false, isError: true });
    expect(error?.message).toMatch(message);
  });

  test("other tools, and code that is none, are the protocol's errors", async () => {
    await expect(client.callTool({ name: "shell", arguments: {} })).rejects.toThrow("There is no tool");
    await expect(client.callTool({ name: "run_code", arguments: { code: 7 } })).rejects.toThrow(
      "code must be a string",
    );
    await expect(client.callTool({ name: "run_code" })).rejects.toThrow("code must be a string");
  });

  test("without the token, from other origins, or by other methods nobody is answered", async () => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const post = async (url: string, more: Record<string, string> = {}): Promise<number> =>
      (await fetch(url, { method: "POST", body, headers: { ...headers, ...more } })).status;
    expect(await post(server.url)).toBe(200);
    expect(await post(new URL("/", server.url).href)).toBe(403);
    expect(await post(server.url, { origin: "https://evil.example" })).toBe(403);
    expect(await post(server.url, { host: "evil.example" })).toBe(403);
    expect((await fetch(server.url)).status).toBe(405);
    expect((await fetch(server.url, { method: "POST", body: "{", headers })).status).toBe(400);
  });
});

test("over standard streams, a program of its own", async () => {
  const stdio = new Client({ name: "test", version: "1" });
  const program = join(import.meta.dir, "../../examples/mcp.ts");
  await stdio.connect(
    new StdioClientTransport({ command: process.execPath, args: [program], stderr: "ignore" }) as never,
  );
  expect(
    await call(stdio, "console.log('not to the stream'); return (await tools.search({ query: 'tea' })).length"),
  ).toMatchObject({
    ...{ ok: true, value: 2 },
  });
  await stdio.close();
});

test("in a server of the host's own; wrong options are refused at once", async () => {
  const handle = httpHandler({ limits });
  const own = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: handle });
  const other = new Client({ name: "test", version: "1" });
  await other.connect(new StreamableHTTPClientTransport(new URL(own.url)) as never);
  expect(await call(other, "return 6 * 7")).toMatchObject({ value: 42 });
  await other.close();
  await own.stop(true);
  expect(() => serveHttp({ port: server.port })).toThrow(ListenError);
  expect(() => httpHandler({ port: 1 } as object)).toThrow(OptionError);
  expect(() => codeServer({ tools: {} as never })).toThrow("defineTools");
  expect(() => codeServer({ name: 7 as unknown as string })).toThrow(OptionError);
});
