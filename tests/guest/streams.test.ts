// https://streams.spec.whatwg.org/: what a guest sees; conformance in depth is web-platform-tests' to prove.
import { describe, expect, test } from "bun:test";
import { descriptor, run, thrown } from "./guest.ts";

const interfaces = [
  ["ReadableStream", 0],
  ["ReadableStreamDefaultReader", 1],
  ["ReadableStreamBYOBReader", 1],
  ["ReadableStreamDefaultController", 0],
  ["ReadableByteStreamController", 0],
  ["ReadableStreamBYOBRequest", 0],
  ["WritableStream", 0],
  ["WritableStreamDefaultWriter", 1],
  ["WritableStreamDefaultController", 0],
  ["TransformStream", 0],
  ["TransformStreamDefaultController", 0],
  ["ByteLengthQueuingStrategy", 1],
  ["CountQueuingStrategy", 1],
] as const;

describe("interfaces", () => {
  test("look like a browser's", async () => {
    expect(
      await run(`${descriptor}
        return ${JSON.stringify(interfaces)}.map(([name]) => {
          const { prototype, length } = globalThis[name];
          return [name, length, descriptor(globalThis, name), Object.prototype.toString.call(Object.create(prototype))].join("; ");
        })`),
    ).toEqual(interfaces.map(([name, length]) => `${name}; ${length}; value writable configurable; [object ${name}]`));
  });

  test("check their receivers: getters of promises reject, the others throw", async () => {
    expect(
      await run(`${thrown}
        const get = (C, key) => Object.getOwnPropertyDescriptor(C.prototype, key).get;
        const rejected = async (f) => { try { await f(); return "resolved"; } catch (error) { return error.constructor.name; } };
        return [
          thrown(() => get(ReadableStream, "locked").call({})), thrown(() => ReadableStream.prototype.tee.call({})),
          thrown(() => ReadableStream.prototype.getReader.call({})), thrown(() => get(TransformStream, "readable").call({})),
          thrown(() => get(CountQueuingStrategy, "size").call({})), thrown(() => new ReadableStreamDefaultController()),
          thrown(() => ReadableStream()), thrown(() => new ReadableStreamDefaultReader({})),
          await rejected(() => ReadableStream.prototype.cancel.call({})),
          await rejected(() => get(ReadableStreamDefaultReader, "closed").call({})),
          await rejected(() => WritableStream.prototype.abort.call({})),
          await rejected(() => get(WritableStreamDefaultWriter, "ready").call({})),
        ]`),
    ).toEqual(Array.from({ length: 12 }, () => "TypeError"));
  });

  test("have no own properties, and so nothing of their insides", async () => {
    expect(
      await run(`
        let controllers = [];
        const rs = new ReadableStream({ start(c) { controllers.push(c); } });
        const bs = new ReadableStream({ type: "bytes", start(c) { controllers.push(c); } });
        const ws = new WritableStream({ start(c) { controllers.push(c); } });
        const ts = new TransformStream({ start(c) { controllers.push(c); } });
        return [rs, bs, ws, ts, rs.getReader(), bs.getReader({ mode: "byob" }), ws.getWriter(), ...controllers]
          .map((object) => Reflect.ownKeys(object).length)`),
    ).toEqual(Array.from({ length: 11 }, () => 0));
  });
});

describe("ReadableStream", () => {
  test("pulls when it is read, and ends", async () => {
    expect(
      await run(`
        let count = 0;
        const stream = new ReadableStream({ pull(c) { if (count === 3) c.close(); else c.enqueue(count++); } }, { highWaterMark: 0 });
        const reader = stream.getReader();
        const results = [];
        for (let index = 0; index < 4; index++) results.push(await reader.read());
        return results`),
    ).toEqual([
      { value: 0, done: false },
      { value: 1, done: false },
      { value: 2, done: false },
      { value: undefined, done: true },
    ]);
  });

  test("is iterated, made of iterables, and cancelled by a break", async () => {
    expect(
      await run(`
        const all = [];
        for await (const item of ReadableStream.from([1, Promise.resolve(2), 3])) all.push(item);
        let cancelled;
        for await (const item of new ReadableStream({ pull(c) { c.enqueue("x"); }, cancel(reason) { cancelled = [reason]; } })) break;
        async function* generate() { yield "a"; yield "b"; }
        for await (const item of ReadableStream.from(generate())) all.push(item);
        return [all, cancelled]`),
    ).toEqual([[1, 2, 3, "a", "b"], [undefined]]);
  });

  test("is made of no string: that is no async sequence, though it can be iterated", async () => {
    expect(
      await run(`
        const name = (value) => { try { ReadableStream.from(value); return "made"; } catch (error) { return error.name; } };
        return ["text", "", 5, true, null, undefined, 10n, Symbol("x"), {}, Object("text"), ["text"], new Set()].map(name)`),
    ).toEqual([...Array<string>(9).fill("TypeError"), ...Array<string>(3).fill("made")]);
  });

  test("gives both branches of a tee every chunk", async () => {
    expect(
      await run(`
        const [a, b] = ReadableStream.from(["x", "y"]).tee();
        return [await Array.fromAsync(a), await Array.fromAsync(b)]`),
    ).toEqual([
      ["x", "y"],
      ["x", "y"],
    ]);
  });

  test("fills the reader's own buffer from a byte source", async () => {
    expect(
      await run(`
        const stream = new ReadableStream({ type: "bytes", pull(c) {
          const { view } = c.byobRequest;
          view[0] = 7; view[1] = 8;
          c.byobRequest.respond(2);
        } });
        const reader = stream.getReader({ mode: "byob" });
        const given = new Uint8Array(4);
        const { value, done } = await reader.read(given);
        const more = await reader.read(new Uint16Array(3), { min: 2 });
        return [[...value], done, given.byteLength, value.buffer.byteLength, more.value.constructor.name, more.value.length]`),
    ).toEqual([[7, 8], false, 0, 4, "Uint16Array", 2]);
  });

  test("tees bytes without sharing memory", async () => {
    expect(
      await run(`
        const [a, b] = new ReadableStream({ type: "bytes", start(c) { c.enqueue(new Uint8Array([1, 2])); c.close(); } }).tee();
        const one = (await a.getReader().read()).value;
        one[0] = 9;
        const two = (await b.getReader({ mode: "byob" }).read(new Uint8Array(8))).value;
        return [[...one], [...two]]`),
    ).toEqual([
      [9, 2],
      [1, 2],
    ]);
  });
});

describe("pipes", () => {
  test("carry chunks through transforms, and their errors both ways", async () => {
    expect(
      await run(`
        const written = [];
        const double = () => new TransformStream({ transform(chunk, c) { c.enqueue(chunk * 2); }, flush(c) { c.enqueue("end"); } });
        await ReadableStream.from([1, 2]).pipeThrough(double()).pipeTo(new WritableStream({ write(chunk) { written.push(chunk); } }));
        const seen = [];
        const failing = new TransformStream({ transform() { throw new RangeError("no"); } });
        const source = new ReadableStream({ pull(c) { c.enqueue(1); }, cancel(reason) { seen.push("cancel " + reason.message); } });
        const sink = new WritableStream({ abort(reason) { seen.push("abort " + reason.message); } });
        await source.pipeThrough(failing).pipeTo(sink).catch((error) => seen.push("pipe " + error.message));
        return [written, seen.sort()]`),
    ).toEqual([
      [2, 4, "end"],
      ["abort no", "cancel no", "pipe no"],
    ]);
  });

  test("stop at a signal", async () => {
    expect(
      await run(`
        const seen = [];
        const controller = new AbortController();
        const piped = new ReadableStream({ cancel() { seen.push("cancelled"); } }).pipeTo(
          new WritableStream({ abort() { seen.push("aborted"); } }), { signal: controller.signal });
        controller.abort();
        await piped.catch((error) => seen.push(error.name));
        return seen.sort()`),
    ).toEqual(["AbortError", "aborted", "cancelled"]);
  });

  test("keep to the pace of the sink", async () => {
    expect(
      await run(`
        let pulled = 0;
        const release = Promise.withResolvers();
        const source = new ReadableStream({ pull(c) { pulled++; c.enqueue(pulled); if (pulled === 100) c.close(); } });
        const piped = source.pipeTo(new WritableStream({ write: () => release.promise }, { highWaterMark: 3 }));
        await new Promise((resolve) => setTimeout(resolve, 10));
        const early = pulled;
        release.resolve();
        await piped;
        return [early < 8, pulled]`),
    ).toEqual([true, 100]);
  });

  test("carry 32 MB of bytes in well under a second", async () => {
    expect(
      await run(`
        let left = 512;
        let bytes = 0;
        const source = new ReadableStream({ type: "bytes", pull(c) {
          if (left-- === 0) c.close(); else c.enqueue(new Uint8Array(65536));
        } });
        const began = performance.now();
        await source.pipeThrough(new TransformStream()).pipeTo(new WritableStream({ write(chunk) { bytes += chunk.length; } }));
        return [bytes, performance.now() - began < 1000]`),
    ).toEqual([32 * 1024 * 1024, true]);
  });
});

describe("WritableStream", () => {
  test("writes in order, one at a time, and tells when it is full", async () => {
    expect(
      await run(`
        const order = [];
        const stream = new WritableStream({
          async write(chunk) { order.push("+" + chunk); await null; order.push("-" + chunk); }, close() { order.push("closed"); },
        }, new CountQueuingStrategy({ highWaterMark: 2 }));
        const writer = stream.getWriter();
        const sizes = [writer.desiredSize];
        for (const chunk of ["a", "b"]) { writer.write(chunk); sizes.push(writer.desiredSize); }
        await writer.ready;
        await writer.close();
        return [order, sizes]`),
    ).toEqual([
      ["+a", "-a", "+b", "-b", "closed"],
      [2, 1, 0],
    ]);
  });

  test("aborts the controller's signal with the reason", async () => {
    expect(
      await run(`
        let signal;
        const stream = new WritableStream({ start(c) { signal = c.signal; } });
        const before = signal.aborted;
        await stream.abort("why");
        return [before, signal.aborted, signal.reason, signal instanceof AbortSignal]`),
    ).toEqual([false, true, "why", true]);
  });
});
