// A JSON API's SDK in a guest: what it gets and what the server sees is what the same code has in the host.
import { expect, test } from "bun:test";
import { HOST, useClient } from "./client.ts";
import * as notion from "./guests/notion.ts";
import { startJsonApi, TOKEN } from "./servers/json-api.ts";
import type { JsonApi } from "./servers/json-api.ts";

const start = useClient("notion");

/** Runs a function in a guest and in the host, each against a server of its own. @returns both sides' results and logs */
async function both<R>(work: (access: notion.Access) => R): Promise<{ result: Awaited<R>; api: JsonApi }> {
  await using api = startJsonApi();
  await using other = startJsonApi();
  const client = await start(api.port);
  const result = await client.call(work, { baseUrl: `http://${HOST}:${api.port}`, auth: TOKEN });
  expect(result).toEqual((await work({ baseUrl: `http://127.0.0.1:${other.port}`, auth: TOKEN })) as any);
  expect(api.log).toEqual(other.log);
  for (const header of ["authorization", "content-type", "notion-version", "user-agent"]) {
    expect(api.seen(header)).toEqual(other.seen(header));
  }
  expect(client.requests.map(({ status }) => status)).toEqual(api.log.map((line) => Number(line.split(" ").at(-1))));
  return { result, api };
}

test("pages of a list are asked for as they are needed", async () => {
  const { result, api } = await both(notion.users);
  expect(result).toMatchObject({ all: { length: 25, 24: "user-24 Nº 24" }, some: { length: 12 } });
  expect(api.log).toEqual([
    "GET /v1/users?page_size=10 200",
    "GET /v1/users?start_cursor=10&page_size=10 200",
    "GET /v1/users?start_cursor=20&page_size=10 200",
    "GET /v1/users?page_size=10 200",
    "GET /v1/users?start_cursor=10&page_size=10 200",
  ]);
});

test("objects are made, read, changed and deleted", async () => {
  const { result } = await both(notion.pages);
  expect(result).toMatchObject({
    read: { id: "page-0", properties: { title: { title: [{ text: { content: "Größe 🚀" } }] } } },
    changed: { properties: { title: { title: [{ text: { content: "second" } }] } } },
    after: { name: "APIResponseError", code: "object_not_found", status: 404, requestId: "request-404" },
  });
});

test("failures are retried where that is safe, and are typed errors", async () => {
  const { result, api } = await both(notion.failures);
  expect(result).toMatchObject([
    { object: "fine", attempt: 2 },
    { code: "internal_server_error", status: 500 },
    { code: "internal_server_error" },
    { code: "notionhq_client_response_error" },
    { code: "invalid_request_url" },
    { code: "unauthorized" },
  ]);
  expect(api.log.map((line) => line.replace("/v1/", ""))).toEqual([
    ...["GET flaky/a 429", "GET flaky/a 503", "GET flaky/a 200"],
    ...["GET down 500", "GET down 500", "GET down 500", "POST down 500"],
    ...["GET html 502", "GET missing 400", "GET users 401"],
  ]);
});

test("a client that does not wait goes on, and the isolate's end is the end of its request", async () => {
  await using api = startJsonApi();
  const { call, isolate, proxy } = await start(api.port);
  const answer = await call(notion.patience, { baseUrl: `http://${HOST}:${api.port}`, auth: TOKEN });
  expect(answer).toMatchObject({ code: "notionhq_client_request_timeout" });
  await api.waiting;
  expect(proxy.stats().active).toBe(1);
  isolate.destroy();
  await api.abandoned;
});

test("a file goes up in parts, binary intact", async () => {
  await using api = startJsonApi();
  const { call } = await start(api.port);
  const parts = [3, 5].map((seed) => new Uint8Array(100_000).map((_, index) => (index * seed) >> 3));
  const access = { baseUrl: `http://${HOST}:${api.port}`, auth: TOKEN };
  expect(await call(notion.upload, { access, parts })).toMatchObject({ id: "upload-1", status: "uploaded" });
  expect(api.uploaded().equals(Buffer.concat(parts))).toBe(true);
  expect(api.log.filter((line) => line.endsWith("/send 200"))).toHaveLength(2);
});
