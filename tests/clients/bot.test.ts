// A gateway bot in a guest: identify, heartbeats, and every way in which a connection can end.
import { expect, test } from "bun:test";
import { HOST, useClient } from "./client.ts";
import type { Client } from "./client.ts";
import * as bot from "./guests/bot.ts";
import { ChatGateway, Op, TOKEN } from "./servers/chat-gateway.ts";

const start = useClient("bot");

/** Long enough for an acknowledgement on a busy machine: one that is late would be a dead connection to the bot. */
const HEARTBEAT_MS = 150;

/** A bot that is ready. */
async function ready(chat: ChatGateway, token = TOKEN) {
  const client = await start(chat.port);
  const events: string[] = [];
  const closes: number[] = [];
  let zombies = 0;
  client.isolate.on("event", (event: string) => void events.push(event));
  client.isolate.on("closed", (code: number) => void closes.push(code));
  client.isolate.on("zombie", () => void zombies++);
  const over = client.call(bot.run, { host: `${HOST}:${chat.port}`, token });
  return { ...client, events, closes, zombies: () => zombies, over };
}

/** Stops it: the server sees a proper close, and nothing is left open. */
async function stop({ call, over, idle }: Client & { over: Promise<string> }, chat: ChatGateway): Promise<void> {
  await call(bot.stop);
  expect(await over).toBe("stopped");
  await chat.until(() => chat.open === 0);
  expect(chat.log.at(-1)).toBe("close 1000");
  await idle();
}

/** How many of something there are in a log. */
function count(log: readonly string[], beginning: string): number {
  return log.filter((entry) => entry.startsWith(beginning)).length;
}

test("identifies, beats and answers commands in their order", async () => {
  await using chat = new ChatGateway(HOST, HEARTBEAT_MS);
  const client = await ready(chat);
  await chat.until(() => count(chat.log, "identify") === 1);
  for (let index = 1; index <= 20; index++) {
    chat.dispatch("MESSAGE_CREATE", { channel_id: "c1", content: index % 2 ? `!add ${index} ${-2 * index}` : "hello" });
  }
  await chat.until(() => chat.said.length === 10 && chat.beats.filter((seq) => seq === 21).length >= 2);
  expect(chat.said).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19].map((n) => `POST /channels/c1/messages ${-n}`));
  await stop(client, chat);
  expect(client.events).toEqual(["READY 1", ...Array.from({ length: 20 }, (_, i) => `MESSAGE_CREATE ${i + 2}`)]);
  expect(chat.log).toEqual(["open /gateway", "identify", "close 1000"]);
  expect(client.requests.map(({ status }) => status)).toEqual(Array(10).fill(200));
});

test("resumes after its connection broke off, and misses nothing", async () => {
  await using chat = new ChatGateway(HOST);
  const client = await ready(chat);
  await chat.until(() => count(chat.log, "identify") === 1);
  await chat.reached(1);
  for (let round = 1; round <= 3; round++) {
    chat.dispatch("TYPING_START", {});
    chat.drop();
    await chat.until(() => chat.open === 0);
    chat.dispatch("TYPING_START", {});
    await chat.until(() => count(chat.log, "resume") === round);
    await chat.reached(1 + 3 * round);
  }
  await stop(client, chat);
  expect(client.events.map((event) => event.split(" ")[1])).toEqual([
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
    "10",
  ]);
  expect(client.closes).toEqual([1006, 1006, 1006, 1000]);
  expect(count(chat.log, "identify")).toBe(1);
  expect(count(chat.log, "open /gateway?resume")).toBe(3);
});

test("comes back when it is told to, and when heartbeats are not acknowledged", async () => {
  await using chat = new ChatGateway(HOST, HEARTBEAT_MS);
  const client = await ready(chat);
  await chat.until(() => count(chat.log, "identify") === 1);
  await chat.reached(1);
  chat.tell(Op.reconnect);
  await chat.until(() => count(chat.log, "resume") === 1);
  expect(client.zombies()).toBe(0);

  chat.acknowledges = false;
  await chat.until(() => count(chat.log, "close") === 2);
  chat.acknowledges = true;
  await chat.until(() => count(chat.log, "resume") === 2);
  await chat.reached(3);
  await stop(client, chat);
  expect(client.zombies()).toBe(1);
  expect(client.events).toEqual(["READY 1", "RESUMED 2", "RESUMED 3"]);
  expect(chat.log).toEqual([
    ...["open /gateway", "identify", "close 4000"],
    ...["open /gateway?resume", "resume session-1 after 1", "close 4000"],
    ...["open /gateway?resume", "resume session-1 after 2", "close 1000"],
  ]);
});

test("begins anew when its session is gone", async () => {
  await using chat = new ChatGateway(HOST);
  const client = await ready(chat);
  await chat.until(() => count(chat.log, "identify") === 1);
  await chat.reached(1);
  chat.forget();
  chat.close(4009);
  await chat.until(() => count(chat.log, "identify") === 2);
  chat.dispatch("TYPING_START", {});
  await chat.reached(2);
  await stop(client, chat);
  expect(client.events).toEqual(["READY 1", "READY 1", "TYPING_START 2"]);
  expect(chat.log.slice(2, -1)).toEqual(["close 4009", "open /gateway?resume", "resume session-1 after 1", "identify"]);
});

test("stays away when it is refused", async () => {
  await using chat = new ChatGateway(HOST);
  const client = await ready(chat, "wrong");
  expect(await client.over).toBe("4004 Authentication failed.");
  await client.idle();
  expect(chat.log).toEqual(["open /gateway", "identify", "close 4004"]);
  expect(client.connections.map(({ code, error }) => [code, error])).toEqual([[4004, undefined]]);
});

test("is gone from the gateway when its isolate is", async () => {
  await using chat = new ChatGateway(HOST);
  const { isolate, over } = await ready(chat);
  await chat.until(() => count(chat.log, "identify") === 1);
  await chat.reached(1);
  isolate.destroy();
  expect(await over.catch((error: { code: string }) => error.code)).toBe("ERR_ISOLATE_DESTROYED");
  await chat.until(() => chat.open === 0);
  expect(chat.log.at(-1)).toBe("close 1001");
});
