// Guest code that runs while the engine reads a value: it changes what is being read, talks, or ends what is under way.
import { describe, expect, test } from "bun:test";
import { createGuest, run } from "../guest/guest.ts";
import { received } from "./received.ts";

describe("a getter changes what is being serialized", () => {
  test.each([
    [
      "an array that shrinks",
      `const list = [1, { get a() { list.length = 1; return "read"; } }, 3, 4]; return list;`,
      [1, { a: "read" }, undefined, undefined],
    ],
    [
      "an array that grows",
      `const list = [{ get a() { for (let i = 0; i < 1e5; i++) list.push(i); return "read"; } }, 2]; return list;`,
      [{ a: "read" }, 2],
    ],
    [
      "an array whose elements become doubles, then objects",
      `const list = [1, 2, { get a() { list[3] = 1.5; list[4] = {}; return "read"; } }, 4, 5]; return list;`,
      [1, 2, { a: "read" }, 1.5, {}],
    ],
    [
      "an object that loses the keys to come",
      `const object = { get a() { delete object.b; object.d = 1; return "read"; }, b: 2, c: 3 }; return object;`,
      { a: "read", c: 3 },
    ],
    [
      "an object whose later value becomes a getter",
      `const object = { get a() { Object.defineProperty(object, "b", { get: () => "second" }); return "read"; }, b: 2 }; return object;`,
      { a: "read", b: "second" },
    ],
    [
      "a map that is emptied: its entries were taken before",
      `const map = new Map([[{ get a() { map.clear(); return "read"; } }, 1], [2, 3]]); return [...[map]].map(() => map);`,
      [
        new Map<unknown, number>([
          [{ a: "read" }, 1],
          [2, 3],
        ]),
      ],
    ],
    [
      "a set that grows: its entries were taken before",
      `const set = new Set([{ get a() { for (let i = 0; i < 1000; i++) set.add(i); return "read"; } }]); return set;`,
      new Set([{ a: "read" }]),
    ],
  ])("%s", async (_name, body, expected) => {
    expect(await received(`(() => { ${body} })()`)).toEqual(expected);
  });

  test("a buffer that is detached before it is reached", async () => {
    for (const detach of ["buffer.transfer()", "structuredClone(buffer, { transfer: [buffer] })"]) {
      for (const held of ["buffer", "new Uint8Array(buffer)", "new DataView(buffer)"]) {
        const name = await run<string>(`
          const buffer = new ArrayBuffer(64);
          const held = ${held};
          try { NETWORK.send("m", [{ get a() { ${detach}; return 1; } }, held]); return "sent"; }
          catch (error) { return error.name; }`);
        expect([detach, held, name]).toEqual([detach, held, "DataCloneError"]);
      }
    }
  });

  test("a resizable buffer that shrinks under its views", async () => {
    const value = (await received(`(() => {
      const buffer = new ArrayBuffer(64, { maxByteLength: 4096 });
      const tracking = new Uint8Array(buffer).fill(7);
      return [{ get a() { buffer.resize(8); return 1; } }, tracking];
    })()`)) as [object, Uint8Array];
    expect([...value[1]]).toEqual([7, 7, 7, 7, 7, 7, 7, 7]);
    const fixed = await run<string>(`
      const buffer = new ArrayBuffer(64, { maxByteLength: 4096 });
      const fixed = new Uint8Array(buffer, 32, 16);
      try { NETWORK.send("m", [{ get a() { buffer.resize(8); return 1; } }, fixed]); return "sent"; }
      catch (error) { return error.name; }`);
    expect(fixed).toBe("DataCloneError");
  });

  test("a resizable buffer that grows under its views", async () => {
    const value = (await received(`(() => {
      const buffer = new ArrayBuffer(8, { maxByteLength: 4096 });
      const tracking = new Uint8Array(buffer).fill(7);
      return [{ get a() { buffer.resize(4096); return 1; } }, tracking, buffer];
    })()`)) as [object, Uint8Array, ArrayBuffer];
    expect(value[1].length).toBe(4096);
    expect(value[2].byteLength).toBe(4096);
  });
});

describe("a getter talks", () => {
  test("messages sent from within a message go first, and both arrive whole", async () => {
    const guest = await createGuest();
    const heard: unknown[] = [];
    guest.on("m", (value) => heard.push(value));
    await run(
      `const nested = (level) => ({ level, get inner() { if (level > 0) NETWORK.send("m", nested(level - 1)); return "x".repeat(level); } });
       NETWORK.send("m", nested(20));`,
      guest,
    );
    expect(heard).toEqual(Array.from({ length: 21 }, (_, level) => ({ level, inner: "x".repeat(level) })));
  });

  test("and throws after it talked: only the inner message was sent", async () => {
    const guest = await createGuest();
    const heard: unknown[] = [];
    guest.on("m", (value) => heard.push(value));
    const name = await run(
      `try { NETWORK.send("m", { get a() { NETWORK.send("m", "inner"); throw new RangeError(); } }); }
       catch (error) { return error.name; }`,
      guest,
    );
    expect(name).toBe("RangeError");
    expect(heard).toEqual(["inner"]);
  });

  test("requests, clones and posts from within", async () => {
    const guest = await createGuest();
    guest.onRequest("echo", (value) => value);
    const values = await run(
      `const answers = [];
       const { port1, port2 } = new MessageChannel();
       const posted = new Promise((resolve) => (port2.onmessage = ({ data }) => resolve(data)));
       answers.push(NETWORK.request("echo", { get a() {
         answers.push(NETWORK.request("echo", "inner"), structuredClone({ get b() { return structuredClone(["cloned"]); } }));
         port1.postMessage({ get c() { return "posted"; } });
         return "outer";
       } }));
       answers.push(posted);
       const values = await Promise.all(answers);
       port2.close();
       return values;`,
      guest,
    );
    expect(values).toEqual(["inner", { b: ["cloned"] }, { a: "outer" }, { c: "posted" }]);
  });

  test("a getter that exhausts the stack", async () => {
    const name = await run(`
      const endless = { get self() { NETWORK.send("m", endless); return 1; } };
      try { NETWORK.send("m", endless); return "sent"; } catch (error) { return error.name; }`);
    expect(name).toBe("RangeError");
  });
});

describe("arguments of NETWORK's functions", () => {
  test("what is not a string is not converted: none of its code runs", async () => {
    const outcome = await run<unknown[]>(`
      let ran = 0;
      const tricky = {
        toString() { ran++; return "m"; },
        valueOf() { ran++; return "m"; },
        [Symbol.toPrimitive]() { ran++; return "m"; },
        get length() { ran++; return 1; },
      };
      const names = [];
      for (const value of [tricky, Object("m"), new Proxy({}, { get() { ran++; } }), ["m"], 1, 1n, Symbol("m"), null]) {
        for (const name of ["send", "on", "off", "onRequest"]) {
          try { NETWORK[name](value, () => {}); names.push("accepted"); } catch (error) { names.push(error.name); }
        }
        await NETWORK.request(value).then(() => names.push("accepted"), (error) => names.push(error.name));
      }
      return [ran, [...new Set(names)]];`);
    expect(outcome).toEqual([0, ["TypeError"]]);
  });

  test("a refusal does not call what it refuses, to describe it", async () => {
    const outcome = await run<unknown[]>(`
      let ran = 0;
      const trap = new Proxy(function () {}, { get() { ran++; throw new RangeError("trap"); }, getPrototypeOf() { ran++; throw 1; } });
      const names = [];
      for (const f of [() => NETWORK.send("m", trap), () => NETWORK.send(trap), () => NETWORK.on("m", { __proto__: trap })]) {
        try { f(); names.push("accepted"); } catch (error) { names.push(error.name); }
      }
      return [ran, names];`);
    expect(outcome).toEqual([0, ["DataCloneError", "TypeError", "TypeError"]]);
  });

  test("options' getters run once, and what they throw rejects", async () => {
    const outcome = await run<unknown[]>(`
      let reads = 0;
      const failures = [];
      await NETWORK.request("none", 1, { get signal() { reads++; return undefined; } }).catch((e) => failures.push(e.code));
      await NETWORK.request("none", 1, { get signal() { throw new RangeError("mine"); } }).catch((e) => failures.push(e.message));
      await NETWORK.request("none", 1, { signal: { aborted: true, addEventListener() { reads++; } } }).catch((e) => failures.push(e.name));
      return [reads, failures];`);
    expect(outcome).toEqual([1, ["ERR_NO_HANDLER", "mine", "TypeError"]]);
  });
});
