// GraphQL clients in a guest: urql over fetch, graphql-ws over WebSocket.
import { expect, test } from "bun:test";
import { HOST, useClient } from "./client.ts";
import * as graphql from "./guests/graphql.ts";
import { startGraphql, TOKEN } from "./servers/graphql.ts";
import type { GraphqlServer } from "./servers/graphql.ts";

const start = useClient("graphql");

function accessTo({ port }: GraphqlServer): graphql.Access {
  return { host: `${HOST}:${port}`, token: TOKEN };
}

test("queries and mutations work as in the host, the cache included", async () => {
  await using server = startGraphql();
  await using other = startGraphql();
  const { call } = await start(server.port);
  const result = await call(graphql.queries, accessTo(server));
  expect(result).toEqual(await graphql.queries({ host: `127.0.0.1:${other.port}`, token: TOKEN }));
  expect(result).toMatchObject({ answers: { length: 4, 3: [{ book: { title: "“Räuber” & Söhne" } }, "miss"] } });
  expect(server.log).toEqual(["Book", "Rename", "Book", "Book"]);
  expect(other.log).toEqual(server.log);
});

test("errors come beside data or instead of it", async () => {
  await using server = startGraphql();
  const { call } = await start(server.port);
  expect(await call(graphql.failures, accessTo(server))).toEqual([
    {
      data: { book: { __typename: "Book", title: "Räuber", secret: null } },
      messages: [{ message: "Not for you.", path: ["book", "secret"] }],
      network: undefined,
      status: 200,
    },
    {
      data: undefined,
      messages: [{ message: expect.stringContaining('argument "id" of type "ID!" is required'), path: undefined }],
      network: undefined,
      status: 200,
    },
    { data: undefined, messages: [], network: "Unauthorized", status: 401 },
  ]);
  expect(await call(graphql.forbidden, accessTo(server))).toBe("http://elsewhere.example.test is not allowed.");
});

test("subscriptions come as server-sent events, in order, and end at the server when they are left", async () => {
  await using server = startGraphql();
  const { call, idle, requests } = await start(server.port);
  expect(await call(graphql.overFetch, accessTo(server))).toEqual({ count: [0, 1, 2, 3, 4], ticks: [0, 1, 2, 3] });
  expect(await server.stopped).toBeGreaterThanOrEqual(4);
  await idle();
  expect(requests.map(({ status, error }) => [status, error?.code])).toEqual([
    [200, undefined],
    [200, "ERR_NET_ABORTED"],
  ]);
});

test("subscriptions over WebSocket survive a connection that breaks off, and close theirs", async () => {
  await using server = startGraphql();
  const { call, idle, connections } = await start(server.port);
  expect(await call(graphql.overWebSocket, accessTo(server))).toEqual({
    count: [0, 1, 2, 0, 1, 2, 3, 4],
    ticks: [0, 1, 2, 3],
    happened: ["connected", "closed 1006", "connected again", "closed 1000", "connected", "closed 1000"],
  });
  await server.stopped;
  await server.closed();
  await idle();
  expect(server.log.filter((entry) => !entry.startsWith("complete"))).toEqual([
    ...["open", "subscribe Count", "Drop", "close 1006"],
    ...["open", "subscribe Count", "close 1000"],
    ...["open", "subscribe Ticks", "close 1000"],
  ]);
  expect(connections.map(({ code, error }) => [code, error?.code])).toEqual([
    [1006, "ERR_NET_FAILED"],
    [1000, undefined],
    [1000, undefined],
  ]);
});

test("a server's refusal has its code and reason", async () => {
  await using server = startGraphql();
  const { call } = await start(server.port);
  expect(await call(graphql.refused, accessTo(server))).toMatchObject({
    code: 4403,
    reason: "Forbidden",
    wasClean: true,
  });
});
