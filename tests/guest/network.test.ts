// NETWORK, the guest's side of messages and requests.
import { describe, expect, test } from "bun:test";
import { createGuest, descriptor, messages, run, thrown } from "./guest.ts";

describe("NETWORK", () => {
  test("is frozen, with everything in it, and cannot be replaced", async () => {
    expect(
      await run(`${descriptor} ${thrown}
        return [
          String(NETWORK),
          Object.isFrozen(NETWORK),
          Object.values(NETWORK).every(Object.isFrozen),
          Object.keys(NETWORK).sort().join(),
          descriptor(globalThis, "NETWORK"),
          thrown(() => { "use strict"; NETWORK = {}; }),
          thrown(() => { "use strict"; NETWORK.send = () => {}; }),
          thrown(() => { "use strict"; delete globalThis.NETWORK; }),
          thrown(() => Object.defineProperty(globalThis, "NETWORK", { value: 1 })),
          thrown(() => Object.setPrototypeOf(NETWORK, {})),
        ]`),
    ).toEqual([
      "[object NETWORK]",
      true,
      true,
      "off,on,onRequest,request,send",
      "value enumerable",
      ...Array.from({ length: 5 }, () => "TypeError"),
    ]);
  });

  test("cannot be shadowed by a script's const", async () => {
    const guest = await createGuest();
    expect(guest.evaluate("const NETWORK = 1;")).rejects.toMatchObject({ guest: { name: "SyntaxError" } });
  });

  test("has methods that work on their own", async () => {
    const guest = await createGuest();
    const received = messages(guest, "m", 1);
    await run(`const { send } = NETWORK; send("m", 5)`, guest);
    expect(await received).toEqual([5]);
  });
});

describe("NETWORK.send", () => {
  test("keeps order and what structured clone keeps", async () => {
    const guest = await createGuest();
    const received = messages(guest, "m", 4);
    await run(
      `NETWORK.send("m", 1); NETWORK.send("m"); NETWORK.send("m", new Map([[1, new Date(5)]]));
       NETWORK.send("m", { big: 5n, bytes: new Uint8Array([1, 2]) })`,
      guest,
    );
    expect(await received).toEqual([
      1,
      undefined,
      new Map([[1, new Date(5)]]),
      { big: 5n, bytes: new Uint8Array([1, 2]) },
    ]);
  });

  test("wants a string as event and data that can be cloned", async () => {
    expect(
      await run(`${thrown}
        return [
          thrown(() => NETWORK.send()),
          thrown(() => NETWORK.send(5, 1)),
          thrown(() => NETWORK.send({ toString: () => "x" }, 1)),
          thrown(() => NETWORK.send(Symbol("x"), 1)),
          thrown(() => NETWORK.send("x", () => {})),
          thrown(() => NETWORK.send("x", { deep: [Symbol("y")] })),
          thrown(() => NETWORK.send("x", { get a() { throw new RangeError("mine"); } })),
        ]`),
    ).toEqual([
      "TypeError",
      "TypeError",
      "TypeError",
      "TypeError",
      "DOMException DataCloneError 25",
      "DOMException DataCloneError 25",
      "RangeError",
    ]);
  });

  test("cannot forge system events or answers", async () => {
    const guest = await createGuest();
    const forged: unknown[] = [];
    guest.onSystem("terminated", (data) => forged.push(data));
    guest.onSystem("destroyed", (data) => forged.push(data));
    const received = messages(guest, "end", 1);
    await run(
      `for (const event of ["terminated", "destroyed", "created", "error", "reply", "__proto__"]) NETWORK.send(event, { reason: "x" });
       NETWORK.send("end", 1)`,
      guest,
    );
    await received;
    expect(forged).toEqual([]);
    expect(guest.destroyed).toBe(false);
  });
});

describe("NETWORK.on and off", () => {
  test("call every registration in order, as often as it was made", async () => {
    const guest = await createGuest();
    const received = messages(guest, "calls", 2);
    await run(
      `const calls = [];
       const a = (data) => calls.push("a" + data), b = (data) => calls.push("b" + data);
       NETWORK.on("m", a); NETWORK.on("m", b); NETWORK.on("m", a);
       NETWORK.on("report", () => NETWORK.send("calls", calls.splice(0)));
       NETWORK.on("off", () => NETWORK.off("m", a));`,
      guest,
    );
    guest.send("m", 1);
    guest.send("report");
    guest.send("off");
    guest.send("m", 2);
    guest.send("report");
    expect(await received).toEqual([
      ["a1", "b1", "a1"],
      ["a2", "b2"],
    ]);
  });

  test("during a message: an added handler waits for the next, a removed one does not run", async () => {
    const guest = await createGuest();
    const received = messages(guest, "calls", 2);
    await run(
      `const calls = [];
       const late = () => calls.push("late");
       const victim = () => calls.push("victim");
       const first = () => { calls.push("first"); NETWORK.on("m", late); NETWORK.off("m", victim); NETWORK.off("m", first); };
       NETWORK.on("m", first); NETWORK.on("m", victim); NETWORK.on("m", () => calls.push("last"));
       NETWORK.on("report", () => NETWORK.send("calls", calls.splice(0)));`,
      guest,
    );
    guest.send("m");
    guest.send("report");
    guest.send("m");
    guest.send("report");
    expect(await received).toEqual([
      ["first", "last"],
      ["last", "late"],
    ]);
  });

  test("report a handler's exception and go on with the next", async () => {
    const guest = await createGuest();
    const errors: unknown[] = [];
    guest.onSystem("error", (error) => errors.push([error.name, error.message]));
    const received = messages(guest, "m", 1);
    await run(
      `NETWORK.on("go", () => { throw new RangeError("first") });
       NETWORK.on("go", () => { throw null });
       NETWORK.on("go", (data) => NETWORK.send("m", data))`,
      guest,
    );
    guest.send("go", 7);
    expect(await received).toEqual([7]);
    expect(errors).toEqual([
      ["RangeError", "first"],
      ["Error", "null"],
    ]);
  });

  test("count a message that nobody listens to", async () => {
    const guest = await createGuest();
    await run(
      `NETWORK.on("b", () => {}); const f = () => {}; NETWORK.on("c", f); NETWORK.off("c", f); NETWORK.off("d", f)`,
      guest,
    );
    for (const event of ["a", "b", "c", "__proto__", "toString"]) guest.send(event);
    await guest.evaluate("1");
    expect(guest.stats().droppedIn).toBe(4);
  });

  test("let an async handler's rejection be an unhandled one", async () => {
    const guest = await createGuest();
    const rejection = new Promise((resolve) => guest.onSystem("unhandledrejection", resolve));
    await run(`NETWORK.on("go", async () => { throw new TypeError("later") })`, guest);
    guest.send("go");
    expect(await rejection).toMatchObject({ name: "TypeError", message: "later" });
  });

  test("want a string and a function", async () => {
    expect(
      await run(`${thrown}
        return [["x"], ["x", null], ["x", {}], [5, () => {}]].flatMap((args) => [
          thrown(() => NETWORK.on(...args)), thrown(() => NETWORK.off(...args)),
        ])`),
    ).toEqual(Array.from({ length: 8 }, () => "TypeError"));
  });
});

describe("NETWORK.request", () => {
  test("comes to the host's answer", async () => {
    const guest = await createGuest();
    guest.onRequest("double", async ({ n }) => ({ n: n * 2 }));
    expect(
      await run(`const p = NETWORK.request("double", { n: 4 }); return [p instanceof Promise, await p]`, guest),
    ).toEqual([true, { n: 8 }]);
  });

  test("rejects with the host's error: its name, message and code, not its stack", async () => {
    const guest = await createGuest();
    class CustomError extends Error {
      override readonly name = "CustomError";
      readonly code = "E_CUSTOM";
    }
    guest.onRequest("type", () => {
      throw new TypeError("no such thing");
    });
    guest.onRequest("custom", () => {
      throw new CustomError("mine");
    });
    const shape = `(error) => ({
      class: error.constructor.name, own: Object.getOwnPropertyNames(error).sort().join(), keys: Object.keys(error).join(),
      name: error.name, message: error.message, code: error.code, text: String(error), stack: error.stack.split("\\n")[0],
      host: /test\\.ts|bun|lib\\//.test(error.stack),
    })`;
    expect(
      await run(`return Promise.all(["type", "custom"].map((m) => NETWORK.request(m).catch(${shape})))`, guest),
    ).toEqual([
      {
        class: "TypeError",
        own: "message,stack",
        keys: "",
        name: "TypeError",
        message: "no such thing",
        code: undefined,
        text: "TypeError: no such thing",
        stack: "TypeError: no such thing",
        host: false,
      },
      {
        class: "Error",
        own: "code,message,name,stack",
        keys: "code",
        name: "CustomError",
        message: "mine",
        code: "E_CUSTOM",
        text: "CustomError: mine",
        stack: "CustomError: mine",
        host: false,
      },
    ]);
  });

  test("rejects at once when nobody answers", async () => {
    const guest = await createGuest();
    const message = await run<string>(`return NETWORK.request("nobody", 1).catch((error) => error.message)`, guest);
    expect(message).toContain("nobody");
  });

  test("rejects, and never throws, for wrong arguments", async () => {
    const guest = await createGuest();
    guest.onRequest("m", () => 1);
    expect(
      await run(
        `return Promise.all(
          [[], [5], ["m", () => {}], ["m", 1, 5], ["m", 1, { signal: {} }], ["m", { get a() { throw new RangeError() } }]]
            .map((args) => NETWORK.request(...args).catch((error) => error.name)))`,
        guest,
      ),
    ).toEqual(["TypeError", "TypeError", "DataCloneError", "TypeError", "TypeError", "RangeError"]);
  });

  test("is bounded", async () => {
    const guest = await createGuest({ requestsMax: 2 });
    let answer = (_value: number): void => {};
    guest.onRequest("wait", () => new Promise<number>((resolve) => (answer = resolve)));
    const outcome = run(
      `const first = [NETWORK.request("wait"), NETWORK.request("wait")];
       const third = await NETWORK.request("wait").catch((error) => error.code + " " + /2/.test(error.message));
       NETWORK.send("waiting");
       const any = await Promise.any(first);
       return [third, any, await NETWORK.request("now")]`,
      guest,
    );
    guest.onRequest("now", () => "now");
    await messages(guest, "waiting", 1);
    answer(5);
    expect(await outcome).toEqual(["ERR_LIMIT true", 5, "now"]);
  });

  test("is given up by a signal, which the host's signal learns", async () => {
    const guest = await createGuest();
    const aborted = new Promise((resolve) => {
      guest.onRequest("slow", (_data, { signal }) => {
        guest.send("started");
        return new Promise(() => signal.addEventListener("abort", () => resolve("host aborted")));
      });
    });
    expect(
      await run(
        `const controller = new AbortController();
         NETWORK.on("started", () => controller.abort(new RangeError("enough")));
         const before = await NETWORK.request("slow", 1, { signal: AbortSignal.abort("early") }).catch((reason) => reason);
         const reason = await NETWORK.request("slow", 1, { signal: controller.signal }).catch((error) => error.message);
         return [before, reason]`,
        guest,
      ),
    ).toEqual(["early", "enough"]);
    expect(await aborted).toBe("host aborted");
  });
});

describe("NETWORK.onRequest", () => {
  test("answers the host, by value or promise", async () => {
    const guest = await createGuest();
    await run(
      `NETWORK.onRequest("sum", ([a, b]) => a + b); NETWORK.onRequest("later", async (x) => { await null; return { x } })`,
      guest,
    );
    expect(await guest.request("sum", [1, 2])).toBe(3);
    expect(await guest.request("later", 5)).toEqual({ x: 5 });
  });

  test("keeps one handler a method", async () => {
    const guest = await createGuest();
    await run(`NETWORK.onRequest("m", () => 1); NETWORK.onRequest("m", () => 2)`, guest);
    expect(await guest.request("m")).toBe(2);
    await run(`NETWORK.onRequest("m", null)`, guest);
    expect(guest.request("m")).rejects.toMatchObject({ message: expect.stringContaining("'m'") });
  });

  test("sends errors, and what cannot be cloned as a DataCloneError", async () => {
    const guest = await createGuest();
    await run(
      `NETWORK.onRequest("throw", () => { throw Object.assign(new RangeError("bad"), { code: "E_BAD" }) });
       NETWORK.onRequest("reject", async () => { throw null });
       NETWORK.onRequest("clone", () => () => {});`,
      guest,
    );
    const failure = (method: string): Promise<Error & { code?: string }> =>
      guest.request<never>(method).then(
        () => Promise.reject(new Error("it answered")),
        (error) => error,
      );
    expect((await failure("throw")).message).toContain("bad");
    expect((await failure("reject")).message).toContain("null");
    expect(String(JSON.stringify(await failure("clone")) + (await failure("clone")).message)).toContain(
      "could not be cloned",
    );
  });
});
