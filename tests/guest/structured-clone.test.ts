// https://html.spec.whatwg.org/multipage/structured-data.html#dom-structuredclone
import { describe, expect, test } from "bun:test";
import { run, thrown } from "./guest.ts";

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
});
