// What the platform and the library say to each other by messages of their own, said by a guest.
import { describe, expect, test } from "bun:test";
import { createGuest, run } from "../guest/guest.ts";

/** What a guest's request for a piece of a body comes to. */
const read = (id: string): string =>
  `await NETWORK.request("__body.read", ${id}).then((piece) => piece && new TextDecoder().decode(piece), (e) => e.code)`;

describe("bodies", () => {
  test("a body is its isolate's alone", async () => {
    const [owner, thief] = [await createGuest(), await createGuest()];
    owner.onRequest("fetch", () => new Response("secret"));
    thief.onRequest("fetch", () => new Response("other"));
    await run(`globalThis.response = await fetch("https://a.example")`, owner);
    const stolen = await run<unknown[]>(
      `const found = []; for (let id = 0; id < 50; id++) found.push(${read("id")}); return found.filter((x) => x !== null);`,
      thief,
    );
    expect(stolen).toEqual([]);
    expect(await run(`return response.text()`, owner)).toBe("secret");
  });

  test("numbers that are none", async () => {
    const guest = await createGuest();
    guest.onRequest("fetch", () => new Response("body"));
    await run(`globalThis.response = await fetch("https://a.example")`, guest);
    const answers = await run<unknown[]>(
      `const answers = [];
       for (const id of [undefined, null, -1, 0, 1.5, NaN, "1", [1], { valueOf: 1 }, 2n ** 64n, "__proto__", new Date(1), 4294967297]) {
         answers.push(${read("id")});
         await NETWORK.request("__body.cancel", id);
       }
       return answers;`,
      guest,
    );
    expect(answers).toEqual(Array.from({ length: 13 }, () => null));
    expect(await run(`return response.text()`, guest)).toBe("body");
  });

  test("a body read behind its Response's back is the guest's own loss", async () => {
    const guest = await createGuest();
    // Long enough not to come with its head.
    guest.onRequest("fetch", () => new Response("x".repeat(4 * 2 ** 20)));
    const length = await run(
      `const response = await fetch("https://a.example");
       await Promise.all([1, 2, 3, 4].map((id) => NETWORK.request("__body.cancel", id)));
       return response.text().then((text) => text.length, () => -1);`,
      guest,
    );
    expect(length).toBeLessThan(4 * 2 ** 20);
    expect(await run("return 'alive'", guest)).toBe("alive");
  });

  test.each([
    ["-1", "RequestError"],
    ["1e9", "RequestError"],
    ["NaN", "RequestError"],
    // What the library does not take for a stream is the handler's to look at.
    ["'1'", "object"],
    ["{}", "object"],
    ["null", "object"],
  ])("a fetch that names stream %s", async (stream, expected) => {
    const guest = await createGuest();
    guest.onRequest("fetch", async (data) => {
      const { body } = data as { body: unknown };
      return body instanceof ReadableStream ? new Response(body).text() : typeof body;
    });
    const answer = await run<unknown>(
      `return NETWORK.request("fetch", { url: "https://a.example", body: { stream: ${stream} } }).catch((e) => e.name)`,
      guest,
    );
    expect(answer).toBe(expected);
  });

  test("a guest's own handlers do not stand in for the platform's", async () => {
    const guest = await createGuest();
    guest.onRequest(
      "fetch",
      async (data) => new Response(await new Response((data as { body: ReadableStream }).body).text()),
    );
    const text = await run(
      `NETWORK.onRequest("__body.read", () => new TextEncoder().encode("forged"));
       NETWORK.onRequest("__body.cancel", () => {});
       const body = new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode("true")); c.close(); } });
       return (await fetch("https://a.example", { method: "POST", body, duplex: "half" })).text();`,
      guest,
    );
    expect(text).toBe("true");
  });
});

describe("answers that are none of the library's", () => {
  test.each([
    "null",
    "1",
    "'text'",
    "[]",
    "{ status: 99 }",
    "{ status: 1e9, headers: 1 }",
    "{ status: 200, headers: [['a']] }",
    "{ status: 200, headers: [['bad\\nname', 'x']] }",
    "{ status: 200, body: { stream: 'x' } }",
    "{ status: 200, body: { stream: -1 } }",
    "{ url: 'no url', status: 200, body: 'x' }",
    "new Map([['status', 200]])",
  ])("fetch answered with %s", async (answer) => {
    const guest = await createGuest();
    guest.onRequest("fetch", () => eval(`(${answer})`) as unknown);
    const outcome = await run<string>(
      `return fetch("https://a.example").then((r) => r.text()).then(() => "Response", (error) => error.name)`,
      guest,
    );
    expect(["Response", "TypeError", "RangeError"]).toContain(outcome);
    expect(await run("return 'alive'", guest)).toBe("alive");
  });
});

describe("names that the platform listens to", () => {
  test("a guest that sends them speaks to the host's handlers only", async () => {
    const [speaker, other] = [await createGuest(), await createGuest()];
    const heard: string[] = [];
    for (const name of ["ws.open", "ws.send", "ws.close", "__ws_event", "__body.read", "__body.cancel"]) {
      speaker.on(name, () => heard.push(name));
      other.on(name, () => heard.push("other"));
    }
    await run(
      `for (const name of ["ws.open", "ws.send", "ws.close", "__ws_event", "__body.read", "__body.cancel"]) NETWORK.send(name, { conn_id: 1 });`,
      speaker,
    );
    expect(heard).toEqual(["ws.open", "ws.send", "ws.close", "__ws_event", "__body.read", "__body.cancel"]);
  });

  test("a guest's listener to __ws_event does not take the platform's place", async () => {
    const guest = await createGuest();
    guest.on("ws.open", (data) => {
      const { conn_id } = data as { conn_id: number };
      guest.send("__ws_event", { conn_id, event_type: "open" });
    });
    const states = await run(
      `let own = 0;
       NETWORK.on("__ws_event", () => { own++; throw new Error("mine"); });
       const socket = new WebSocket("wss://a.example");
       await new Promise((resolve) => (socket.onopen = resolve));
       await new Promise((resolve) => setTimeout(resolve, 1));
       return [socket.readyState, own];`,
      guest,
    );
    expect(states).toEqual([1, 1]);
  });
});
