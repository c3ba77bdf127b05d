// https://streams.spec.whatwg.org/#transferrable-streams
import { describe, expect, test } from "bun:test";
import { run } from "./guest.ts";

/** Each way of transferring: to oneself, and by a message port. */
const ways = {
  structuredClone: "const send = async (value, transfer) => structuredClone(value, { transfer });",
  postMessage: `const send = (value, transfer) => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = ({ data, ports }) => { port2.close(); resolve(ports.length === 0 ? data : ports); };
    port1.postMessage(value, transfer);
  });`,
};
const helpers = `
  const all = async (stream) => { const chunks = []; for await (const chunk of stream) chunks.push(chunk); return chunks; };
  const refused = (action) => { try { action(); return "done"; } catch (error) { return error.name; } };`;

describe.each(Object.entries(ways))("by %s", (_name, send) => {
  const go = <T>(body: string): Promise<T> => run<T>(`${send}${helpers}${body}`);

  test("a ReadableStream's chunks arrive, copied, and its end", async () => {
    expect(
      await go(`
        const chunk = { a: [1] };
        const original = new ReadableStream({ start(c) { c.enqueue("x"); c.enqueue(chunk); c.enqueue(new Uint8Array([1, 2])); c.close(); } });
        const moved = await send(original, [original]);
        const [text, object, bytes] = await all(moved);
        return [moved instanceof ReadableStream, moved !== original, text, object, object !== chunk, [...bytes],
          refused(() => structuredClone(original, { transfer: [original] }))]`),
    ).toEqual([true, true, "x", { a: [1] }, true, [1, 2], "DataCloneError"]);
  });

  test("errors and cancels go their ways", async () => {
    expect(
      await go(`
        const failing = new ReadableStream({ start(c) { c.error(new RangeError("broken")); } });
        const error = await (await send(failing, [failing])).getReader().read().catch((e) => [e.name, e.message]);
        const cancelled = Promise.withResolvers();
        const stream = new ReadableStream({ cancel: cancelled.resolve });
        const reader = (await send(stream, [stream])).getReader();
        await reader.cancel({ why: 1 });
        return [error, await cancelled.promise, (await reader.read()).done]`),
    ).toEqual([["RangeError", "broken"], { why: 1 }, true]);
  });

  test("what cannot be cloned is the error of both ends", async () => {
    expect(
      await go(`
        let controller;
        const stream = new ReadableStream({ start(c) { controller = c; } });
        const moved = await send(stream, [stream]);
        controller.enqueue(() => {});
        const name = await moved.getReader().read().catch((error) => error.name);
        const written = [];
        const sink = new WritableStream({ abort: (reason) => written.push(reason.name) });
        const writer = (await send(sink, [sink])).getWriter();
        const failed = await writer.write(() => {}).catch((error) => error.name);
        const closed = await writer.closed.catch((error) => error.name);
        while (written.length === 0) await new Promise((resolve) => setTimeout(resolve));
        return [name, refused(() => controller.enqueue(1)), failed, closed, written]`),
    ).toEqual(["DataCloneError", "TypeError", "DataCloneError", "DataCloneError", ["DataCloneError"]]);
  });

  test("a WritableStream is written to, closed and aborted from afar", async () => {
    expect(
      await go(`
        const done = Promise.withResolvers();
        const written = [];
        const sink = new WritableStream({ write: (chunk) => { written.push(chunk); }, close: () => done.resolve(written) });
        const moved = await send(sink, [sink]);
        const writer = moved.getWriter();
        const size = writer.desiredSize;
        for (const chunk of ["a", { b: 1 }, 3]) await writer.write(chunk);
        await writer.close();
        const aborted = Promise.withResolvers();
        const other = new WritableStream({ abort: aborted.resolve });
        await (await send(other, [other])).abort("why");
        return [moved instanceof WritableStream, size, await done.promise, await aborted.promise]`),
    ).toEqual([true, 1, ["a", { b: 1 }, 3], "why"]);
  });

  test("a TransformStream goes with both of its ends", async () => {
    expect(
      await go(`
        const transform = new TransformStream({ transform(chunk, c) { c.enqueue(chunk.toUpperCase()); } });
        const moved = await send(transform, [transform]);
        const source = ReadableStream.from(["a", "b"]);
        const { piped } = await send({ piped: source }, [source]);
        const chunks = await all(piped.pipeThrough(moved));
        const ends = new TransformStream();
        const { readable, writable } = await send({ readable: ends.readable, writable: ends.writable }, [ends.readable, ends.writable]);
        const writer = writable.getWriter();
        const both = Promise.all([writer.write("hi"), writer.close()]);
        const through = await all(readable);
        await both;
        return [moved instanceof TransformStream, refused(() => structuredClone(transform, { transfer: [transform] })), chunks, through]`),
    ).toEqual([true, "DataCloneError", ["A", "B"], ["hi"]]);
  });
});

test("what is locked is not transferred, nor what is not in the list", async () => {
  expect(
    await run(`${helpers}
      const locked = new ReadableStream();
      locked.getReader();
      const written = new WritableStream();
      written.getWriter();
      const half = new TransformStream();
      half.writable.getWriter();
      const whole = new TransformStream();
      const clone = (value, transfer) => refused(() => structuredClone(value, { transfer }));
      return [clone(locked, [locked]), clone(written, [written]), clone(half, [half]), half.readable.locked,
        clone([whole, whole.readable], [whole, whole.readable]), clone(new ReadableStream()), clone(new WritableStream(), []),
        refused(() => NETWORK.send("x", new ReadableStream()))]`),
  ).toEqual([...Array<string>(3).fill("DataCloneError"), false, ...Array<string>(4).fill("DataCloneError")]);
});

test("a source is pulled no further than the standard says, and a patched prototype sees nothing", async () => {
  expect(
    await run(`${helpers}
      let pulls = 0;
      const source = new ReadableStream({ pull(c) { pulls++; c.enqueue("x"); } }, { highWaterMark: 2 });
      structuredClone(source, { transfer: [source] });
      const { locked } = source;
      await new Promise((resolve) => setTimeout(resolve, 10));
      let seen = 0;
      Promise.prototype.then = function () { seen++; };
      const other = ReadableStream.from(["x"]);
      const reader = structuredClone(other, { transfer: [other] }).getReader();
      const { value } = await reader.read();
      return [pulls, locked, value, seen]`),
  ).toEqual([3, true, "x", 0]);
});
