// https://url.spec.whatwg.org/#interface-urlsearchparams
import { describe, expect, test } from "bun:test";
import { descriptor, run, thrown } from "./guest.ts";

describe("URLSearchParams", () => {
  test("is made of a string, pairs, a record or another one", async () => {
    expect(
      await run(`return [new URLSearchParams("?a=1&&b=%2&=c&+d%20=+"), new URLSearchParams([["a", 1], new Set(["b", "c"])]),
        new URLSearchParams({ a: 1, b: null }), new URLSearchParams(new URLSearchParams("x=y")), new URLSearchParams(null),
        new URLSearchParams(undefined), new URLSearchParams({ "\\ud800": "1", "\\udfff": "2" }),
        new URLSearchParams("%EF%BB%BFa=%ff")].map((params) => [...params])`),
    ).toEqual([
      [
        ["a", "1"],
        ["b", "%2"],
        ["", "c"],
        [" d ", " "],
      ],
      [
        ["a", "1"],
        ["b", "c"],
      ],
      [
        ["a", "1"],
        ["b", "null"],
      ],
      [["x", "y"]],
      [["null", ""]],
      [],
      [["\ufffd", "2"]],
      [["\ufeffa", "\ufffd"]],
    ]);
  });

  test("refuses what has no pairs", async () => {
    expect(
      await run(`${thrown}
        return [[["a"]], [["a", "b", "c"]], ["ab", 1], [1], { [Symbol.iterator]: 1 }, { [Symbol("s")]: 1 }, Symbol()]
          .map((init) => thrown(() => new URLSearchParams(init)))`),
    ).toEqual(Array(7).fill("TypeError"));
  });

  test("reads and writes", async () => {
    expect(
      await run(`const params = new URLSearchParams("a=1&b=2&a=3&c=4");
        const read = [params.get("a"), params.get("x"), params.getAll("a"), params.getAll("x"), params.has("a", "3"),
          params.has("a", "9"), params.has("a", undefined), params.size];
        params.set("a", "5"); params.append("d", "é~*'"); params.set("e", ""); params.delete("c", "0"); params.delete("b");
        return [read, params.toString(), String(params)]`),
    ).toEqual([
      ["1", null, ["1", "3"], [], true, false, true, 4],
      "a=5&c=4&d=%C3%A9%7E*%27&e=",
      "a=5&c=4&d=%C3%A9%7E*%27&e=",
    ]);
  });

  test("sorts by code units, stably", async () => {
    expect(
      await run(`const params = new URLSearchParams("z=1&\\ufffc=2&🌈=3&a=4&z=0&a=1&b=5");
        params.sort();
        return [...params].map(([name, value]) => name + value)`),
    ).toEqual(["a4", "a1", "b5", "z1", "z0", "🌈3", "\ufffc2"]);
  });

  test("is iterated live", async () => {
    expect(
      await run(`const params = new URLSearchParams("a=1&b=2&c=3");
        const seen = [];
        for (const [name] of params) { seen.push(name); if (name === "a") params.delete("b"); }
        params.forEach(function (value, name, self) { seen.push(value + name + (self === params) + this.t); }, { t: 1 });
        return [seen, [...params.keys()], [...params.values()], params.entries()[Symbol.iterator]().next()]`),
    ).toEqual([["a", "c", "1atrue1", "3ctrue1"], ["a", "c"], ["1", "3"], { value: ["a", "1"], done: false }]);
  });

  test("its iterators have Web IDL's shape", async () => {
    expect(
      await run(`${descriptor} ${thrown}
        const iterator = new URLSearchParams("a=1").keys();
        const prototype = Object.getPrototypeOf(iterator);
        return [Object.prototype.toString.call(iterator), Object.getOwnPropertyNames(prototype), descriptor(prototype, "next"),
          Object.getPrototypeOf(prototype) === Object.getPrototypeOf(Object.getPrototypeOf([].keys())),
          URLSearchParams.prototype[Symbol.iterator] === URLSearchParams.prototype.entries,
          URLSearchParams.prototype[Symbol.iterator].name,
          descriptor(URLSearchParams.prototype, Symbol.iterator), URLSearchParams.prototype.forEach.length,
          thrown(() => prototype.next.call({})), thrown(() => URLSearchParams.prototype.keys.call({})),
          thrown(() => new URLSearchParams().forEach(1))]`),
    ).toEqual([
      "[object URLSearchParams Iterator]",
      ["next"],
      "value writable enumerable configurable",
      true,
      true,
      "entries",
      "value writable configurable",
      1,
      "TypeError",
      "TypeError",
      "TypeError",
    ]);
  });
});
