// What is loaded when a guest first names it shows in nothing but time. prelude/webidl/lazy.ts
import { expect, test } from "bun:test";
import { createGuest, run } from "./guest.ts";

test("is a plain property before and after", async () => {
  expect(
    await run(`
      const seen = [];
      for (const name of ["Response", "URLPattern", "crypto", "fetch"]) {
        const holder = Object.hasOwn(globalThis, name) ? globalThis : WorkerGlobalScope.prototype;
        const look = () => {
          const descriptor = Object.getOwnPropertyDescriptor(holder, name);
          return [Object.keys(descriptor).join(), typeof (descriptor.get ?? descriptor.value), descriptor.enumerable].join(" ");
        };
        seen.push(look(), look() === look(), globalThis[name] === globalThis[name]);
      }
      return seen`),
  ).toEqual([
    ...["value,writable,enumerable,configurable function false", true, true],
    ...["value,writable,enumerable,configurable function false", true, true],
    ...["get,set,enumerable,configurable function true", true, true],
    ...["value,writable,enumerable,configurable function true", true, true],
  ]);
});

test("is what other interfaces made before it was named", async () => {
  expect(
    await run(`
      const response = new Response(new Blob(["text"]));
      return [response.body instanceof ReadableStream, response.headers instanceof Headers,
        Object.getPrototypeOf(Object.getPrototypeOf(new File([], ""))) === Blob.prototype,
        new URL("http://host/?a=b").searchParams instanceof URLSearchParams,
        typeof URL.createObjectURL, typeof performance.mark, new TextDecoder("utf-8").encoding]`),
  ).toEqual([true, true, true, true, "function", "function", "utf-8"]);
});

test("leaves alone what a guest put in its place", async () => {
  expect(
    await run(`
      globalThis.Response = "mine";
      Object.defineProperty(globalThis, "Headers", { value: "mine too" });
      delete globalThis.Request;
      const response = await fetch("data:,x").catch((error) => error);
      return [Response, Headers, typeof Request, typeof response]`),
  ).toEqual(["mine", "mine too", "undefined", "object"]);
});

test("can be a script's own name", async () => {
  const guest = await createGuest();
  await guest.evaluate("var URL = 1; function Blob() { return 2; } const Headers = 3; class FormData {}; undefined");
  expect(await guest.evaluate("[URL, Blob(), Headers, typeof new FormData(), typeof File]")).toEqual([
    ...[1, 2, 3, "object", "function"],
  ]);
});

test("is loaded anew where the stack's end cut the load short", async () => {
  expect(
    await run(`
      const names = ["TextDecoder", "Response", "URL", "URLPattern", "CompressionStream", "FileReader", "WebSocket"];
      const failures = {};
      const load = (name, depth) => {
        if (depth > 0) return load(name, depth - 1);
        return globalThis[name];
      };
      // Optimized, a function's frames are smaller. That comes first, or else in the middle.
      for (let i = 0; i < 20_000; i++) load("Object", 20);
      const tooDeep = (depth) => { try { load("Object", depth); return tooDeep(depth + 500); } catch { return depth; } };
      for (const name of names) {
        failures[name] = 0;
        const limit = tooDeep(1000) + 1000;
        for (let depth = 4 * limit; ; depth -= depth > limit ? 500 : 20) {
          try { load(name, depth); break; } catch (error) { failures[name] += error instanceof RangeError ? 1 : NaN; }
        }
      }
      return [names.map((name) => failures[name] > 0), names.map((name) => typeof globalThis[name]),
        new TextDecoder("windows-1252").decode(Uint8Array.of(128)), await new Response("text").text(), new URL("a:b").href,
        new URLPattern({ pathname: "/:id" }).test("http://host/1")]`),
  ).toEqual([Array(7).fill(true), Array(7).fill("function"), "\u20ac", "text", "a:b", true]);
});

test("is loaded anew where a cancelled evaluation cut the load short", async () => {
  for (let round = 0; round < 24; round++) {
    const guest = await createGuest();
    const endless = guest.evaluate("try { new Response(); new FileReader(); } finally { for (;;); }", {
      timeoutMs: 1 + (round % 8),
    });
    expect(await endless.catch((error: Error) => error.name)).toBe("TimeoutError");
    expect(await guest.evaluate("new Response('text').text()")).toBe("text");
    expect(await guest.evaluate("typeof new FileReader().readAsText")).toBe("function");
    guest.destroy();
  }
});
