// https://html.spec.whatwg.org/multipage/structured-data.html#dom-structuredclone
import { describe, expect, test } from "bun:test";
import { createGuest, messages, run, thrown } from "./guest.ts";

describe("structuredClone", () => {
  test("keeps what the algorithm keeps", async () => {
    expect(
      await run(`
        const cyclic = { name: "cyclic" };
        cyclic.self = cyclic;
        const source = {
          map: new Map([["k", { v: 1 }]]), set: new Set([1]), date: new Date(7), regexp: /a/gi, big: 10n ** 20n,
          bytes: new Uint8Array([1, 2]), zero: -0, nan: NaN, undef: undefined, hole: [1, , 3], cyclic,
        };
        const clone = structuredClone(source);
        return [
          clone !== source, clone.map !== source.map, clone.map.get("k").v, clone.set.has(1), clone.date.getTime(),
          String(clone.regexp), clone.big === 10n ** 20n, clone.bytes.join(), Object.is(clone.zero, -0), clone.nan,
          "undef" in clone, 1 in clone.hole, clone.hole.length, clone.cyclic.self === clone.cyclic,
        ]`),
    ).toEqual([true, true, 1, true, 7, "/a/gi", true, "1,2", true, NaN, true, false, 3, true]);
  });

  test("gives objects of the guest's own realm", async () => {
    expect(
      await run(`return [structuredClone([]) instanceof Array, structuredClone({}) instanceof Object,
        structuredClone(new Error("x")) instanceof Error, structuredClone(new RangeError("x")).constructor === RangeError]`),
    ).toEqual([true, true, true, true]);
  });

  test("returns primitives", async () => {
    expect(
      await run(`return [1, "x", null, undefined, true, 5n].map((value) => structuredClone(value) === value)`),
    ).toEqual(Array.from({ length: 6 }, () => true));
  });

  test("transfers ArrayBuffers", async () => {
    expect(
      await run(`
        const bytes = new Uint8Array([1, 2, 3]);
        const clone = structuredClone({ bytes }, { transfer: [bytes.buffer] });
        const iterable = new ArrayBuffer(4);
        structuredClone(null, { transfer: new Set([iterable]) });
        return [clone.bytes.join(), bytes.length, bytes.buffer.detached, iterable.detached]`),
    ).toEqual(["1,2,3", 0, true, true]);
  });

  test("throws DataCloneError for what cannot be cloned or transferred", async () => {
    const kind = "DOMException DataCloneError 25";
    expect(
      await run(`${thrown}
        const buffer = new ArrayBuffer(1);
        const detached = new ArrayBuffer(1);
        structuredClone(null, { transfer: [detached] });
        return [
          thrown(() => structuredClone(() => {})),
          thrown(() => structuredClone(Symbol("x"))),
          thrown(() => structuredClone(new WeakMap())),
          thrown(() => structuredClone(new Proxy({}, {}))),
          thrown(() => structuredClone(Promise.resolve())),
          thrown(() => structuredClone(null, { transfer: [buffer, buffer] })),
          thrown(() => structuredClone(null, { transfer: [detached] })),
          thrown(() => structuredClone(null, { transfer: [{}] })),
          buffer.detached,
        ]`),
    ).toEqual([...Array.from({ length: 8 }, () => kind), false]);
  });

  test("throws TypeError for wrong arguments, and lets a getter's exception through", async () => {
    expect(
      await run(`${thrown}
        return [
          thrown(() => structuredClone()),
          thrown(() => structuredClone(1, 5)),
          thrown(() => structuredClone(1, { transfer: 5 })),
          thrown(() => structuredClone(1, { transfer: [5] })),
          thrown(() => structuredClone({ get a() { throw new RangeError() } })),
        ]`),
    ).toEqual(["TypeError", "TypeError", "TypeError", "TypeError", "RangeError"]);
  });

  test("clones the platform objects that are serializable", async () => {
    expect(
      await run(`
        const blob = new Blob(["abc"], { type: "text/plain" });
        const file = new File(["de"], "n.txt", { lastModified: 5 });
        const error = new DOMException("m", "AbortError");
        class Sub extends Blob {}
        const clone = structuredClone({ blob, again: blob, file, error, sub: new Sub(["x"]) });
        return [
          clone.blob !== blob, clone.blob === clone.again, clone.blob.constructor === Blob, await clone.blob.text(),
          clone.blob.type, clone.file.constructor === File, clone.file.name, clone.file.lastModified, await clone.file.text(),
          clone.error.constructor === DOMException, clone.error.name, clone.error.message, clone.error.code,
          clone.error.stack === error.stack, clone.sub.constructor === Blob,
        ]`),
    ).toEqual([true, true, true, "abc", "text/plain", true, "n.txt", 5, "de", true, "AbortError", "m", 20, true, true]);
  });

  test("clones a QuotaExceededError as one, with what it says", async () => {
    expect(
      await run(`
        const error = new QuotaExceededError("full", { quota: 10, requested: 20 });
        const clone = structuredClone(error);
        const bare = structuredClone(new QuotaExceededError("full"));
        return [clone.constructor === QuotaExceededError, clone.name, clone.message, clone.code, clone.quota, clone.requested,
          clone.stack === error.stack, bare.constructor === QuotaExceededError, bare.quota, bare.requested,
          structuredClone(new DOMException("m", "QuotaExceededError")).constructor === DOMException]`),
    ).toEqual([true, "QuotaExceededError", "full", 22, 10, 20, true, true, null, null, true]);
  });

  test("refuses the others, wherever they are, and forged ones are plain objects", async () => {
    const kind = "DOMException DataCloneError 25";
    expect(
      await run(`${thrown}
        const refused = [new Event("x"), new EventTarget(), new AbortController(), new AbortController().signal,
          new TextEncoder(), new TextDecoder(), crypto, performance, navigator, new FormData(), new MessageChannel(),
          new MessageChannel().port1, new FileReader(), new BroadcastChannel("x"), performance.mark("x"),
          new (class extends Event {})("x"), globalThis];
        const results = refused.map((object) => thrown(() => structuredClone([{ object }])));
        const forged = Object.create(new Blob(["x"]), { own: { value: 1, enumerable: true } });
        return [...new Set(results), JSON.stringify(structuredClone(forged)), Reflect.ownKeys(new Blob()).length,
          thrown(() => structuredClone(new Proxy(new Blob(), {})))]`),
    ).toEqual([kind, '{"own":1}', 0, kind]);
  });

  test("transfers ports with buffers, once and only when all goes well", async () => {
    expect(
      await run(`${thrown}
        const { port1, port2 } = new MessageChannel();
        const buffer = new ArrayBuffer(8);
        const failed = [
          thrown(() => structuredClone(() => {}, { transfer: [port1, buffer] })),
          thrown(() => structuredClone(1, { transfer: [port1, port1] })),
          thrown(() => structuredClone(1, { transfer: [port1, new Blob()] })),
          buffer.detached,
        ];
        const clone = structuredClone({ a: port1, b: [port1], buffer }, { transfer: [buffer, port1] });
        const received = new Promise((resolve) => (clone.a.onmessage = (event) => resolve(event.data)));
        port2.postMessage("through");
        return [...failed, clone.a === clone.b[0], clone.a !== port1, clone.a instanceof MessagePort, clone.buffer.byteLength,
          buffer.detached, await received, thrown(() => structuredClone(1, { transfer: [port1] }))]`),
    ).toEqual([
      ...Array.from({ length: 3 }, () => "DOMException DataCloneError 25"),
      ...[false, true, true, true, 8, true, "through", "DOMException DataCloneError 25"],
    ]);
  });

  test("clones WebAssembly modules within the isolate", async () => {
    expect(
      await run(`
        const module = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
        const clone = structuredClone({ module }).module;
        return [clone instanceof WebAssembly.Module, clone !== module]`),
    ).toEqual([true, true]);
  });
});

describe("what goes to the host", () => {
  test("must be plain data: platform objects are refused with advice, DOMExceptions are errors", async () => {
    const guest = await createGuest();
    const got = messages(guest, "error", 1);
    expect(
      await run(
        `const results = [];
        for (const object of [new Blob(), new Event("x"), new MessageChannel().port1]) {
          try { NETWORK.send("x", { object }); } catch (error) { results.push(error.name + ": " + error.message); }
        }
        NETWORK.send("error", new DOMException("m", "AbortError"));
        return results`,
        guest,
      ),
    ).toEqual([
      "DataCloneError: data.object: Blob object could not be cloned: the host takes plain data (of a Blob its arrayBuffer()).",
      "DataCloneError: data.object: Event object could not be cloned: the host takes plain data (of a Blob its arrayBuffer()).",
      "DataCloneError: data.object: MessagePort object could not be cloned: the host takes plain data (of a Blob its arrayBuffer()).",
    ]);
    expect((await got)[0]).toBeInstanceOf(Error);
  });
});
