// https://w3c.github.io/webcrypto/#Crypto-interface
import { describe, expect, test } from "bun:test";
import { createGuest, run, thrown } from "./guest.ts";

describe("crypto.randomUUID", () => {
  test("makes different UUIDs of version 4", async () => {
    const uuids = await run<string[]>("return Array.from({ length: 500 }, () => crypto.randomUUID())");
    expect(new Set(uuids).size).toBe(500);
    for (const uuid of uuids)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test("makes different ones in different isolates", async () => {
    const guests = await Promise.all([createGuest(), createGuest(), createGuest()]);
    const uuids = await Promise.all(guests.map((guest) => guest.evaluate("crypto.randomUUID()")));
    expect(new Set(uuids).size).toBe(3);
  });
});

describe("crypto.getRandomValues", () => {
  test("fills every kind of integer array, in place", async () => {
    expect(
      await run(`
        return [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, BigInt64Array, BigUint64Array]
          .map((Type) => {
            const array = new Type(64);
            return crypto.getRandomValues(array) === array && new Set(array).size > 4;
          })`),
    ).toEqual(Array.from({ length: 9 }, () => true));
  });

  test("keeps to the view's part of its buffer", async () => {
    expect(
      await run(`
        const buffer = new ArrayBuffer(64);
        crypto.getRandomValues(new Uint8Array(buffer, 16, 32));
        const bytes = [...new Uint8Array(buffer)];
        return [bytes.slice(0, 16).every((b) => b === 0), bytes.slice(16, 48).some((b) => b !== 0), bytes.slice(48).every((b) => b === 0)]`),
    ).toEqual([true, true, true]);
  });

  test("takes subclasses, empty arrays and 65536 bytes, not one more", async () => {
    expect(
      await run(`${thrown}
        class Mine extends Uint8Array {}
        return [
          crypto.getRandomValues(new Mine(4)).constructor === Mine,
          crypto.getRandomValues(new Uint8Array(0)).length,
          crypto.getRandomValues(new Uint32Array(16384)).length,
          thrown(() => crypto.getRandomValues(new Uint8Array(65537))),
          thrown(() => crypto.getRandomValues(new Uint32Array(16385))),
        ]`),
    ).toEqual([true, 0, 16384, "DOMException QuotaExceededError 22", "DOMException QuotaExceededError 22"]);
  });

  test("refuses other views, other values and other receivers", async () => {
    expect(
      await run(`${thrown}
        return [
          ...[new Float32Array(1), new Float64Array(1), new DataView(new ArrayBuffer(1))].map((v) => thrown(() => crypto.getRandomValues(v))),
          ...[new ArrayBuffer(1), null, undefined, [1], "x", {}].map((v) => thrown(() => crypto.getRandomValues(v))),
          thrown(() => crypto.getRandomValues()),
          thrown(() => Crypto.prototype.getRandomValues.call({}, new Uint8Array(1))),
          thrown(() => Crypto.prototype.randomUUID.call({})),
        ]`),
    ).toEqual([
      ...Array.from({ length: 3 }, () => "DOMException TypeMismatchError 17"),
      ...Array.from({ length: 9 }, () => "TypeError"),
    ]);
  });
});
