// What a host can pass to send, request and a handler's answer: it arrives as what it is, or the host gets a typed error.
import { describe, expect, test } from "bun:test";
import { DataCloneError } from "network-runtime";
import { createGuest, run } from "../guest/guest.ts";

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

const refused: [string, () => unknown][] = [
  ["a function", () => () => {}],
  ["a symbol", () => Symbol("s")],
  ["a symbol inside", () => ({ deep: [Symbol.iterator] })],
  ["a WeakSet", () => new WeakSet()],
  ["a promise", () => Promise.resolve()],
  ["100,000 levels", () => nested(100_000)],
  ["a million levels", () => nested(1_000_000)],
  ["a revoked proxy", revoked],
  ["a detached buffer", detached],
  [
    "a view of a detached buffer",
    () => {
      const view = new Uint8Array(8);
      structuredClone(view.buffer, { transfer: [view.buffer] });
      return { view };
    },
  ],
  ["a shared buffer", () => new SharedArrayBuffer(8)],
];

describe("refused", () => {
  test.each(refused)("%s", async (_name, make) => {
    const guest = await createGuest();
    const value = make();
    expect(() => guest.send("m", value)).toThrow(DataCloneError);
    await expect(guest.request("m", value)).rejects.toBeInstanceOf(DataCloneError);
    // Wrapped, so that a promise is a value here and not an answer that is still to come.
    guest.onRequest("r", () => [value]);
    const name = await run("return NETWORK.request('r').then(() => 'answered', (error) => error.name)", guest);
    expect(name).toBe("DataCloneError");
    expect(await run("return 'alive'", guest)).toBe("alive");
  });

  test("a getter that throws throws out of send", async () => {
    const guest = await createGuest();
    const value = {
      get bad(): never {
        throw new RangeError("mine");
      },
    };
    expect(() => guest.send("m", value)).toThrow("mine");
    expect(await run("return 'alive'", guest)).toBe("alive");
  });
});

describe("arriving", () => {
  /** What the guest makes of a value that the host sends. */
  async function seen(value: unknown, look: string): Promise<unknown> {
    const guest = await createGuest();
    guest.execute(`NETWORK.on("m", (value) => NETWORK.send("seen", (${look})(value)))`);
    const answer = new Promise<unknown>((resolve) => guest.once("seen", resolve));
    guest.send("m", value);
    return answer;
  }

  test("keys that name a prototype are own data properties", async () => {
    const value: unknown = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    const look = `(value) => [Object.getPrototypeOf(value) === Object.prototype, Object.hasOwn(value, "__proto__"),
      Object.hasOwn(value, "constructor"), ({}).polluted]`;
    expect(await seen(value, look)).toEqual([true, true, true, undefined]);
  });

  test("setters on the guest's prototypes do not see what arrives", async () => {
    const guest = await createGuest();
    guest.execute(`
      var hits = 0;
      for (const key of ["a", "0", "then", "length", "name", "message"]) {
        try {
          Object.defineProperty(Object.prototype, key, { configurable: true, get() { hits++; }, set() { hits++; } });
          Object.defineProperty(Array.prototype, key, { configurable: true, get() { hits++; }, set() { hits++; } });
        } catch {}
      }
      NETWORK.on("m", (value) => {
        const own = Object.hasOwn(value, "a") && Object.hasOwn(value.list, "0") && Object.hasOwn(value, "then");
        NETWORK.send("seen", own + " " + hits);
      });
    `);
    const answer = new Promise<unknown>((resolve) => guest.once("seen", resolve));
    guest.send("m", { a: 1, list: [1, 2], then: 3, message: "m" });
    expect(await answer).toBe("true 0");
  });

  test("numbers, surrogates and cycles", async () => {
    const value: Record<string, unknown> = { nan: NaN, zero: -0, big: -(2n ** 200n), text: "\ud800\0" };
    value.self = value;
    const look = `(value) => [value.nan !== value.nan, Object.is(value.zero, -0), value.big === -(2n ** 200n),
      value.text === "\\ud800\\0", value.self === value]`;
    expect(await seen(value, look)).toEqual([true, true, true, true, true]);
  });

  test("nothing of the host's realm comes along", async () => {
    const look = `(value) => [value.constructor === Object, value.error.constructor === TypeError,
      value.error.stack, "secret" in value, value.map.constructor === Map]`;
    class Secret {
      map = new Map();
      error = new TypeError("text");
      get secret(): string {
        return "secret";
      }
    }
    const [plain, error, stack, inherited, map] = (await seen(new Secret(), look)) as unknown[];
    expect([plain, error, inherited, map]).toEqual([true, true, false, true]);
    // What the host chose to send of its error is its message; where it was made is not the guest's to know.
    expect(String(stack)).not.toContain(import.meta.dir);
  });
});
