// What a guest can reach by climbing: only its own realm, and nothing that tells of the host.
import { describe, expect, test } from "bun:test";
import { createGuest, run } from "../guest/guest.ts";

/** Names of the host: its folders, its runtime, the engine's build. */
const HOST_WORDS =
  /\/(home|root|tmp|usr|work|proc|etc|opt|var)\/|file:\/\/|node_modules|bun|\.ts\b|\.zig\b|\.cc\b|libnetwork/i;

describe("climbing by constructors", () => {
  test.each([
    ["NETWORK.send", "NETWORK.send"],
    ["NETWORK", "NETWORK"],
    ["console.log", "console.log"],
    ["setTimeout", "setTimeout"],
    ["a DOMException", "new DOMException()"],
    ["a promise of a request", "NETWORK.request('x')"],
    ["an async function", "(async () => {})"],
    ["a generator", "(function* () {})"],
    ["an async generator", "(async function* () {})"],
    ["an error of the engine's", "(() => { try { NETWORK.send('x', () => {}); } catch (error) { return error; } })()"],
    ["a stack overflow", "(() => { try { (function f() { f(); })(); } catch (error) { return error; } })()"],
    ["a call site", "(() => { Error.prepareStackTrace = (_, sites) => sites[0]; return new Error().stack; })()"],
  ])("from %s", async (_name, expression) => {
    const names = [
      "process",
      "Bun",
      "require",
      "module",
      "Deno",
      "global",
      "__dirname",
      "SharedArrayBuffer",
      "gc",
      "d8",
      "load",
      "read",
      "op",
    ];
    const found = await run<string[]>(`
      const value = ${expression};
      value?.catch?.(() => {});
      const functions = new Set();
      for (let at = value, steps = 0; at != null && steps < 8; at = Object.getPrototypeOf(at), steps++) {
        for (let made = at.constructor, more = 0; typeof made === "function" && more < 5; made = made.constructor, more++) functions.add(made);
      }
      const found = [];
      for (const made of functions) {
        for (const name of ${JSON.stringify(names)}) {
          for (const code of ["return typeof " + name, "yield typeof " + name]) {
            try {
              let result = made(code)();
              if (result?.next) result = result.next();
              result = await result;
              if (typeof result === "object" && result) result = result.value;
              if (typeof result === "string" && result !== "undefined") found.push(name + ": " + result);
            } catch {}
          }
        }
        try { if (made("return this")() !== globalThis && made === Function) found.push("another realm"); } catch {}
      }
      return found;`);
    expect(found).toEqual([]);
  });

  test("Function of what arrives from the host is the guest's own", async () => {
    const guest = await createGuest();
    guest.onRequest("get", () => ({ error: new RangeError("x"), map: new Map(), date: new Date(), list: [] }));
    guest.onRequest("fail", () => {
      throw new TypeError("from the host");
    });
    const realms = await run<boolean[]>(
      `const got = await NETWORK.request("get");
       const failure = await NETWORK.request("fail").catch((error) => error);
       return [got, got.error, got.map, got.date, got.list, failure].map((value) => value.constructor.constructor === Function);`,
      guest,
    );
    expect(realms).toEqual([true, true, true, true, true, true]);
  });
});

describe("doors that are shut", () => {
  test("import() and import.meta", async () => {
    for (const name of [
      "fs",
      "node:fs",
      "bun",
      "file:///etc/passwd",
      "./x.js",
      "/etc/passwd",
      "data:text/javascript,1",
      "https://x.invalid/",
    ]) {
      const outcome = await run<string>(
        `return import(${JSON.stringify(name)}).then(() => "imported", (e) => e.name + ": " + e.message)`,
      );
      expect(outcome).not.toBe("imported");
      expect(outcome.replace(name, "")).not.toMatch(HOST_WORDS);
    }
    expect(await run<string>(`try { eval("import.meta"); return "there"; } catch (error) { return error.name; }`)).toBe(
      "SyntaxError",
    );
  });

  test("natives syntax", async () => {
    for (const code of ["%DebugPrint(1)", "%GetHeapUsage()", "%SystemBreak()", "%CollectGarbage(1)"]) {
      expect(
        await run<string>(`try { eval(${JSON.stringify(code)}); return "ran"; } catch (error) { return error.name; }`),
      ).toBe("SyntaxError");
    }
  });

  test("no engine, shell or host globals", async () => {
    const names = await run<string[]>("return Object.getOwnPropertyNames(globalThis)");
    for (const name of [
      "process",
      "Bun",
      "require",
      "Deno",
      "gc",
      "quit",
      "load",
      "read",
      "print",
      "version",
      "op",
      "SharedArrayBuffer",
      "snapshot",
      "hooks",
      // Other realms.
      "ShadowRealm",
      "Worker",
      "SharedWorker",
      "ServiceWorker",
      "importScripts",
      "document",
    ]) {
      expect(names).not.toContain(name);
    }
  });

  test("Atomics.wait does not block a thread of the host's", async () => {
    const outcome = await run<string>(`
      try {
        const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
        return String(Atomics.wait(new Int32Array(memory.buffer), 0, 0, 10));
      } catch (error) { return error.name; }`);
    expect(outcome).toMatch(/Error$/);
  });
});

describe("nothing tells of the host", () => {
  const sources: [string, string][] = [
    ["a plain error", "new Error('x').stack"],
    ["a refused message", "(() => { try { NETWORK.send('x', () => {}) } catch (e) { return e.message + e.stack } })()"],
    ["a wrong argument", "(() => { try { NETWORK.on('x', 1) } catch (e) { return e.message + e.stack } })()"],
    [
      "a brand check",
      "(() => { try { EventTarget.prototype.dispatchEvent.call({}) } catch (e) { return e.message + e.stack } })()",
    ],
    ["a stack overflow", "(() => { try { (function f() { f() })() } catch (e) { return e.message + e.stack } })()"],
    [
      "a WebAssembly error",
      "(() => { try { new WebAssembly.Module(new Uint8Array(3)) } catch (e) { return e.message + e.stack } })()",
    ],
    ["a broken regular expression", "(() => { try { new RegExp('(') } catch (e) { return e.message + e.stack } })()"],
    ["functions of the platform", "[NETWORK.send, setTimeout, structuredClone, EventTarget, atob].map(String).join()"],
    ["an error inside a timer", "await new Promise((done) => setTimeout(() => done(new Error('x').stack), 1))"],
    [
      "an error inside a listener",
      "await new Promise((done) => { const t = new EventTarget(); t.addEventListener('x', () => done(new Error().stack)); t.dispatchEvent(new Event('x')); })",
    ],
  ];
  test.each(sources)("%s", async (_name, expression) => {
    const text = String(await run(`return ${expression}`));
    expect(text).not.toMatch(HOST_WORDS);
  });

  test("errors of the host's handlers keep their message and lose their stack", async () => {
    const guest = await createGuest();
    guest.onRequest("fail", () => {
      throw new RangeError("told");
    });
    const text = await run<string>(
      `return NETWORK.request("fail").catch((e) => [e.name, e.message, e.stack, JSON.stringify(e), Reflect.ownKeys(e).join()].join("|"))`,
      guest,
    );
    expect(text).toContain("told");
    expect(text).not.toMatch(HOST_WORDS);
    expect(text).not.toContain(import.meta.file);
  });

  test("call sites have only the guest's frames, and hand out none of the platform's functions", async () => {
    const found = await run<string[]>(`
      const bad = [];
      const look = (where) => {
        Error.stackTraceLimit = Infinity;
        Error.prepareStackTrace = (_, sites) => {
          for (const site of sites) {
            const file = String(site.getFileName?.()) + String(site.getScriptNameOrSourceURL?.()) + String(site.getEvalOrigin?.());
            if (/\\/(home|tmp|usr|work)|\\.ts|\\.cc/.test(file)) bad.push(where + " file " + file);
            const f = site.getFunction?.();
            if (f && f !== look && !String(f).includes("look")) bad.push(where + " function " + String(f).slice(0, 60));
          }
          return "";
        };
        new Error().stack;
        Error.prepareStackTrace = undefined;
      };
      look("script");
      await new Promise((done) => setTimeout(() => { look("timer"); done(); }, 0));
      const target = new EventTarget();
      target.addEventListener("x", () => look("listener"));
      target.dispatchEvent(new Event("x"));
      try { NETWORK.send({ toString() { look("conversion"); return "x"; } }, 1); } catch {}
      queueMicrotask(() => look("microtask"));
      await null;
      structuredClone({ get a() { look("clone"); return 1; } });
      return bad;`);
    expect(found).toEqual([]);
  });

  test("reported errors too", async () => {
    const guest = await createGuest();
    const reported = new Promise<{ stack?: string | undefined }>((resolve) => guest.onSystem("error", resolve));
    guest.execute("setTimeout(() => null.x, 0)", { filename: "guest-script.js" });
    const { stack } = await reported;
    expect(stack).toContain("guest-script.js");
    expect(stack).not.toMatch(HOST_WORDS);
  });
});
