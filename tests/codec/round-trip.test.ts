import { describe, expect, test } from "bun:test";
import { ByteSink, Encoding, decodePair, encodePair, encodeValue } from "../../lib/codec/index.ts";
import { describeValue } from "./describe.ts";
import { decoded, encoded } from "./messages.ts";
import { EXPRESSIONS, evaluate } from "./values.ts";

function roundTrip(value: unknown): unknown {
  return decoded(encoded(value));
}

describe("values come back as they were", () => {
  test.each(EXPRESSIONS)("%s", (expression) => {
    expect(describeValue(roundTrip(evaluate(expression)))).toBe(describeValue(evaluate(expression)));
  });

  test("strings of every length up to 300, of every width", () => {
    for (const unit of ["a", "é", "日", "\ud800"]) {
      for (let length = 0; length <= 300; length++) {
        const text = unit.repeat(length);
        expect(roundTrip([text, { [`k${text}`]: text }])).toEqual([text, { [`k${text}`]: text }]);
      }
    }
  });

  test("integers around every power of two, and doubles", () => {
    for (let bit = 0; bit < 53; bit++) {
      for (const delta of [-1, 0, 1, 0.5]) {
        const number = 2 ** bit + delta;
        expect(roundTrip([number, -number])).toEqual([number, -number]);
      }
    }
  });

  test("BigInts around every multiple of eight bits", () => {
    for (let bits = 0n; bits < 300n; bits += 8n) {
      for (const delta of [-1n, 0n, 1n]) {
        const value = (1n << bits) + delta;
        expect(roundTrip([value, -value])).toEqual([value, -value]);
      }
    }
  });

  test("a message larger than the sink, which grows", () => {
    const value = { bytes: new Uint8Array(300_000).fill(7), text: "x".repeat(100_000), list: [..."abc"] };
    expect(describeValue(roundTrip(value))).toBe(describeValue(value));
  });

  test("objects of one's own classes come as plain objects, of subclasses of built-ins as the built-in", () => {
    class Point {
      x = 1;
      get y(): number {
        return 2;
      }
    }
    class Names extends Map<string, number> {}
    class List extends Array<number> {}
    expect(describeValue(roundTrip(new Point()))).toBe('Object{"x": 1}');
    expect(describeValue(roundTrip(new Names([["a", 1]])))).toBe('Map{"a" => 1}');
    expect(describeValue(roundTrip(List.of(1, 2)))).toBe('Array2{"0": 1, "1": 2}');
  });
});

describe("errors of the host", () => {
  test("their type by name, what else they are as Error, with their names and own data", () => {
    class QuotaError extends RangeError {
      override name = "QuotaError";
      readonly quota = 1;
      readonly callback = (): void => {};
    }
    const kinds: [Error, { readonly prototype: Error }, string, string[]][] = [
      [new QuotaError("full"), Error, "QuotaError: full", ["name", "quota"]],
      [new DOMException("late", "TimeoutError"), DOMException, "TimeoutError: late", []],
      [new AggregateError([1], "many"), AggregateError, "AggregateError: many", []],
      [new URIError("bad"), URIError, "URIError: bad", []],
    ];
    for (const [error, type, firstLine, keys] of kinds) {
      const back = roundTrip(error) as Error;
      expect(Object.getPrototypeOf(back)).toBe(type.prototype);
      expect(back.name).toBe(error.name);
      expect(back.message).toBe(error.message);
      expect(back.stack).toBe(firstLine);
      expect(Object.keys(back)).toEqual(keys);
    }
  });

  test("data that leads back to them, and to errors with data of their own", () => {
    const inner = Object.assign(new TypeError("inner"), { code: 5 });
    const error = Object.assign<Error, Record<string, unknown>>(new Error("outer"), { inner });
    error.self = error;
    const back = roundTrip([error, new AggregateError([error, inner])]) as [typeof error, AggregateError];
    expect(back[0].self).toBe(back[0]);
    expect((back[0].inner as typeof inner).code).toBe(5);
    expect(back[1].errors).toEqual([back[0], back[0].inner]);
  });
});

describe("pairs", () => {
  test("two values, from anywhere in a buffer", () => {
    const sink = new ByteSink();
    const shared = { a: [1] };
    expect(encodePair("compute", { shared, again: shared }, sink)).toBe(Encoding.Wire);
    const bytes = new Uint8Array(sink.length + 20).fill(0x5f);
    bytes.set(sink.bytes.subarray(0, sink.length), 7);
    const [name, data] = decodePair(Encoding.Wire, bytes, 7, 7 + sink.length) as [string, Record<string, unknown>];
    expect(name).toBe("compute");
    expect(data).toEqual({ shared, again: shared });
    expect(data.shared).toBe(data.again);
  });

  test("a getter that sends a message itself, with the same sink or another", () => {
    for (const inner of [new ByteSink(), undefined]) {
      const sink = new ByteSink();
      const data = {
        before: "x".repeat(3000),
        get nested(): number {
          return encodeValue({ other: "y".repeat(9000) }, inner ?? sink);
        },
        after: [1, 2],
      };
      encodePair("outer", data, sink);
      const [, back] = decodePair(Encoding.Wire, sink.bytes, 0, sink.length);
      expect(back).toEqual({ before: data.before, nested: Encoding.Wire, after: [1, 2] });
    }
  });

  test("after an error the next message is in order", () => {
    const sink = new ByteSink();
    expect(() => encodePair("a", [{}, {}, () => 0], sink)).toThrow("data[2]");
    encodePair("a", [{}, {}], sink);
    expect(decodePair(Encoding.Wire, sink.bytes, 0, sink.length)).toEqual(["a", [{}, {}]]);
  });
});

describe("what must not go along", () => {
  test("the host's stack: only its first line", () => {
    const error = new TypeError("wrong", { cause: new Error("inner") });
    const text = Buffer.from(encoded({ error, list: [error] })).toString("latin1");
    expect(text).not.toContain(import.meta.dir);
    expect(text).not.toContain("    at ");
    const { error: back } = roundTrip({ error }) as { error: Error };
    expect(back).toBeInstanceOf(TypeError);
    expect(back.stack).toBe("TypeError: wrong");
    expect((back.cause as Error).stack).toBe("Error: inner");
  });

  test("the rest of a Buffer's pool", () => {
    const secret = Buffer.from("a secret in the pool");
    const shown = secret.subarray(2, 8);
    expect(Buffer.from(encoded([shown, shown])).toString("latin1")).not.toContain("pool");
    const [first, second] = roundTrip([shown, shown]) as [Uint8Array, Uint8Array];
    expect(first).toEqual(new Uint8Array(Buffer.from("secret")));
    expect(first.constructor).toBe(Uint8Array);
    expect(first.byteOffset).toBe(0);
    expect(second).toBe(first);
  });

  test("what the sink held before", () => {
    const sink = new ByteSink();
    encodeValue("z".repeat(2000), sink);
    encodeValue(["日", "日本"], sink);
    expect(Buffer.from(sink.bytes.subarray(0, sink.length)).includes("z")).toBe(false);
  });
});

describe("copies", () => {
  test("decoded buffers are their own memory", () => {
    const bytes = encoded({ buffer: new Uint8Array([1, 2, 3]).buffer });
    const { buffer } = decoded(bytes) as { buffer: ArrayBuffer };
    bytes.fill(0xee);
    expect([...new Uint8Array(buffer)]).toEqual([1, 2, 3]);
    expect(buffer).not.toBe(bytes.buffer);
  });

  test("getters are asked once", () => {
    let count = 0;
    const object = Object.defineProperty({}, "n", { enumerable: true, get: () => ++count });
    expect(roundTrip({ object, list: [object] })).toEqual({ object: { n: 1 }, list: [{ n: 1 }] });
    expect(count).toBe(1);
  });

  test("a property deleted by an earlier getter is left out", () => {
    const object: Record<string, unknown> = Object.defineProperty({}, "first", {
      enumerable: true,
      get: () => delete object.second,
    });
    object.second = 2;
    expect(roundTrip(object)).toEqual({ first: true });
  });

  test("resizable buffers beyond a number arrive with a fixed length, and their views with them", () => {
    const message = encoded(new Uint8Array(new ArrayBuffer(2, { maxByteLength: 64 })));
    const views = Array.from({ length: 600 }, () => decoded(message) as Uint8Array);
    expect(views.every((view) => view.length === 2)).toBe(true);
    const resizable = views.filter((view) => (view.buffer as ArrayBuffer).resizable).length;
    expect(resizable).toBeGreaterThan(0);
    expect(resizable).toBeLessThan(300);
  });
});
