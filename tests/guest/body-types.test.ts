// What a body is taken for, what it may be made of, and what else it is read as.
import { describe, expect, test } from "bun:test";
import { createGuest, run } from "./guest.ts";

describe("the type of a body", () => {
  test("is extracted from its headers, and serialized", async () => {
    const expected: readonly (readonly [string, string])[] = [
      ["text/plain", "text/plain"],
      ["text/plain, x/y, text/html", "text/html"],
      ['TEXT/plain ; a="B"', "text/plain;a=B"],
      ["text/html, nonsense", "text/html"],
      ["nonsense", ""],
      ["", ""],
      ["*/*", ""],
      ["text/html, */*", "text/html"],
      ["text/html;;x=1;x=2", "text/html;x=1"],
      ["text/html;charset=utf-8, text/html", "text/html;charset=utf-8"],
      ["text/html;charset=utf-8, text/html;charset=gbk", "text/html;charset=gbk"],
      ["text/html;charset=utf-8, text/plain, text/html", "text/html"],
      ["text/html;charset=utf-8, x, text/html;a=b", "text/html;a=b;charset=utf-8"],
      ['text/html;a="x,y"', 'text/html;a="x,y"'],
      ['text/html;a="x, text/plain', 'text/html;a="x, text/plain"'],
      ['text/plain;a="b\\"c"', 'text/plain;a="b\\"c"'],
      ["text/plain;charset=UTF-8", "text/plain;charset=UTF-8"],
    ];
    const types = await run(
      `return Promise.all(${JSON.stringify(expected)}.map(async ([type]) => {
        const headers = [["content-type", type]];
        const response = (await new Response("", { headers }).blob()).type;
        const request = (await new Request("http://a.example/", { method: "POST", body: "", headers }).blob()).type;
        return response === request ? response : [response, request];
      }))`,
    );
    expect(types).toEqual(expected.map(([, type]) => type));
    expect(
      await run(
        `const headers = new Headers();
        headers.append("content-type", 'text/plain;a="');
        headers.append("content-type", "text/html");
        return [(await new Response("", { headers }).blob()).type, (await new Response("x").blob()).type,
          (await new Response(new Blob(["x"], { type: "A/b" })).blob()).type, (await new Response(new Uint8Array()).blob()).type]`,
      ),
    ).toEqual(['text/plain;a=", text/html"', "text/plain;charset=UTF-8", "a/b", ""]);
  });

  test("decides how a form is read", async () => {
    const read = `const read = (type, body) => new Response(body, { headers: { "content-type": type } }).formData()
      .then((form) => [...form].join("&"), (error) => error.name);`;
    expect(
      await run(
        `${read}
        return [await read("text/html, application/x-www-form-urlencoded", "a=1"),
          await read("application/x-www-form-urlencoded, text/html", "a=1"),
          await read("APPLICATION/X-WWW-FORM-URLENCODED ; charset=x, y", "a=1"),
          await read('multipart/form-data; boundary="a,b"', '--a,b\\r\\ncontent-disposition: form-data; name=x\\r\\n\\r\\n1\\r\\n--a,b--')]`,
      ),
    ).toEqual(["a,1", "TypeError", "a,1", "x,1"]);
  });
});

describe("async iterables as bodies", () => {
  test("give text and bytes, as in node, Bun and Deno", async () => {
    expect(
      await run(
        `async function* pieces() { yield "hé"; yield new Uint8Array([65]); yield new Uint16Array([0x4242]).buffer; yield ""; yield new DataView(new Uint8Array([1, 67]).buffer, 1); }
        const own = { async *[Symbol.asyncIterator]() { yield "own"; } };
        const request = new Request("http://a.example/", { method: "POST", body: pieces(), duplex: "half" });
        const response = new Response(pieces());
        return [await new Response(pieces()).text(), await request.text(), await new Response(own).text(),
          await new Response((async function* () {})()).text(), response.headers.get("content-type"),
          response.body instanceof ReadableStream, await new Response("x").text()]`,
      ),
    ).toEqual(["héABBC", "héABBC", "own", "", null, true, "x"]);
  });

  test("end with what they throw, and with what is no chunk; their iteration ends with the body", async () => {
    expect(
      await run(
        `const ended = [];
        async function* of(value) { try { yield "a"; yield value; yield "never"; } finally { ended.push(typeof value); } }
        async function* failing() { yield "a"; throw new RangeError("broken"); }
        const names = [];
        for (const body of [of(5), of({}), of(null), failing()]) names.push(await new Response(body).text().catch((error) => error.name));
        const cancelled = new Response(of("x"));
        const reader = cancelled.body.getReader();
        await reader.read();
        await reader.cancel();
        const needsDuplex = (() => { try { new Request("http://a.example/", { method: "POST", body: of(1) }); } catch (error) { return error.name; } })();
        return [names, ended, needsDuplex]`,
      ),
    ).toEqual([
      ["TypeError", "TypeError", "TypeError", "RangeError"],
      ["number", "object", "object", "string"],
      "TypeError",
    ]);
  });

  test("are sent as they are made", async () => {
    const guest = await createGuest();
    const received: string[] = [];
    guest.onRequest("fetch", async ({ body }) => {
      for await (const chunk of body) received.push(new TextDecoder().decode(chunk));
      return { status: 201 };
    });
    const status = await run(
      `async function* pieces() { for (const piece of ["a", "b", "c"]) { await null; yield piece; } }
      return (await fetch("http://a.example/", { method: "POST", body: pieces(), duplex: "half" })).status`,
      guest,
    );
    expect([status, received.join("")]).toEqual([201, "abc"]);
  });
});

describe("textStream()", () => {
  test("decodes a Blob's bytes and a body's", async () => {
    expect(
      await run(
        `const all = async (stream) => { let text = ""; for await (const chunk of stream) { if (typeof chunk !== "string") throw chunk; text += chunk; } return text; };
        const text = "\\ufeff" + "hé☃".repeat(40_000);
        const response = new Response(text);
        const stream = response.textStream();
        return [
          await all(new Blob([text]).textStream()) === text.slice(1), await all(new File(["x"], "f").textStream()),
          await all(stream) === text.slice(1), response.bodyUsed, await all(new Blob([]).textStream()),
          await all(new Response(null).textStream()), await all(new Response(new Uint8Array([65, 0xc3])).textStream()),
          await all(new Request("http://a.example/", { method: "POST", body: "posted" }).textStream()),
          stream instanceof ReadableStream, Blob.prototype.textStream.length, Response.prototype.textStream.name,
        ]`,
      ),
    ).toEqual([true, "x", true, true, "", "", "A\ufffd", "posted", true, 0, "textStream"]);
  });

  test("refuses a body that is used or locked, and fails with it", async () => {
    expect(
      await run(
        `const refused = (action) => { try { action(); } catch (error) { return error.name; } };
        const used = new Response("x");
        await used.text();
        const locked = new Response("x");
        locked.body.getReader();
        const failing = new Response(new ReadableStream({ start: (controller) => controller.error(new RangeError("broken")) }));
        return [refused(() => used.textStream()), refused(() => locked.textStream()), refused(() => Response.prototype.textStream.call({})),
          await failing.textStream().getReader().read().catch((error) => error.name)]`,
      ),
    ).toEqual(["TypeError", "TypeError", "TypeError", "RangeError"]);
  });
});

describe("statuses of handlers' plain answers", () => {
  test("are 0 to 999, and 0 is a network error", async () => {
    const guest = await createGuest();
    const seen: unknown[] = [];
    for (const status of [undefined, null, 1, 99, 101, 200, 204, 304, 599, 600, 999]) {
      guest.onRequest("fetch", () => ({ status, body: "x" }));
      seen.push(
        await run(`const r = await fetch("http://a.example/"); return [r.status, r.ok, await r.text()]`, guest),
      );
    }
    expect(seen).toEqual([
      ...[
        [200, true, "x"],
        [200, true, "x"],
        [1, false, "x"],
        [99, false, "x"],
        [101, false, ""],
        [200, true, "x"],
      ],
      ...[
        [204, true, ""],
        [304, false, ""],
        [599, false, "x"],
        [600, false, "x"],
        [999, false, "x"],
      ],
    ]);
    for (const status of [0, -1, 1000, 200.5, NaN, "200", 2 ** 32 + 200, true]) {
      guest.onRequest("fetch", () => ({ status, body: "x" }));
      const failed = `return fetch("http://a.example/").then((r) => r.status, (error) => error.name)`;
      expect([status, await run(failed, guest)]).toEqual([status, "TypeError"]);
    }
  });
});
