// What a host keeps for a guest that takes nothing, or asks for more than can be done, stays within one budget.
import { BackpressureError } from "../../../lib/index.ts";
import type { Isolate } from "../../../lib/index.ts";
import { fetchProxy, webSocketGateway } from "../../../lib/net/index.ts";
import { attack, ended, expect, within } from "../harness.ts";
import { peakMb, residentMb, resetPeak } from "../memory-use.ts";

const MIB = 2 ** 20;
const BUDGET = 32 * MIB;
const MEMORY_MB = 64;
/** Besides the guest's memory and the budget: messages on their way, and garbage that is still to be collected. */
const OVER_MB = 128;
/** Host and child each have their own peak, at different times. */
const TWO_PEAKS_MB = 64;

/** For how long the guest takes nothing, or until it has been refused. */
const BUSY = "for (const end = Date.now() + 1500; Date.now() < end;);";

interface Flood {
  /** What the host has for the guest. */
  readonly prepare: (isolate: Isolate) => void;
  readonly guest: string;
  /** The name of the errors that the guest gets; otherwise it gets none. */
  readonly refusedWith?: string;
}

const never = new Promise<never>(() => {});

const floods: Record<string, Flood> = {
  "answers that are not taken": {
    prepare: (isolate) => isolate.onRequest("file", () => new Uint8Array(MIB)),
    guest: `for (let i = 0; i < 600; i++) ask("file", i); ${BUSY}`,
    refusedWith: "LimitError",
  },
  "requests to a handler that is slow": {
    prepare: (isolate) => isolate.onRequest("slow", () => never),
    guest:
      "const bytes = new Uint8Array(4 << 20); for (let i = 0; i < 200; i++) { ask('slow', bytes); await pause(); }",
    refusedWith: "LimitError",
  },
  "requests given up, to a handler that goes on": {
    prepare: (isolate) => isolate.onRequest("slow", () => never),
    guest: `const bytes = new Uint8Array(4 << 20);
      for (let i = 0; i < 200; i++) {
        const controller = new AbortController();
        ask("slow", bytes, { signal: controller.signal });
        await pause();
        controller.abort();
      }`,
    refusedWith: "LimitError",
  },
  "requests of many objects": {
    prepare: (isolate) => isolate.onRequest("slow", () => never),
    guest: `const objects = Array.from({ length: 100_000 }, () => ({}));
      for (let i = 0; i < 100; i++) { ask("slow", objects); await pause(); }`,
    refusedWith: "LimitError",
  },
  "bodies of fetches that wait for their turn": {
    prepare: (isolate) =>
      isolate.onRequest("fetch", fetchProxy({ allow: ["http://a.example"], resolve: () => never, maxConcurrent: 2 })),
    guest: `const body = new Uint8Array(4 << 20);
      for (let i = 0; i < 200; i++) { ask("fetch", { url: "http://a.example/", method: "POST", body }); await pause(); }`,
    refusedWith: "LimitError",
  },
  "responses that are not read": {
    prepare: (isolate) =>
      isolate.onRequest("fetch", () => {
        const pieces = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(512 * 1024)) });
        return new Response(pieces);
      }),
    guest: `for (let i = 0; i < 600; i++) { ask("fetch", { url: "http://a.example/" }); await pause(); }`,
    refusedWith: "LimitError",
  },
  "functions that a handler keeps": {
    prepare: (isolate) => {
      const kept: unknown[] = [];
      isolate.expose("host", { keep: (list: unknown) => void kept.push(list) });
    },
    guest: `for (let i = 0; i < 100; i++) {
        host.keep(Array.from({ length: 900 }, () => () => i)).catch(({ name }) => errors.add(name));
        await pause();
      }`,
    refusedWith: "LimitError",
  },
  "streams and generators of the host's that nobody reads": {
    prepare: (isolate) =>
      isolate.expose("host", {
        stream: () => new ReadableStream(),
        generate: async function* () {
          yield 1;
        },
      }),
    // By the platform's own requests, so that there is nothing of them in the guest.
    guest: `for (let i = 0; i < 40_000; i++) {
        ask("__call.0", []);
        const answered = ask("__call.1", []);
        if (i % 100 === 0) await answered;
      }`,
    refusedWith: "LimitError",
  },
  "WebSockets that are refused": {
    prepare: (isolate) => void webSocketGateway(isolate, { allow: ["ws://a.example"], maxConnections: 1 }),
    guest: `const end = Date.now() + 2500;
      for (let i = 1; Date.now() < end; i++) NETWORK.send("ws.open", { conn_id: i, url: "" });`,
  },
};

/** A result of a guest whose mailbox may still be full. */
async function whenThereIsRoom(isolate: Isolate, script: string): Promise<unknown> {
  for (;;) {
    try {
      return await isolate.evaluate(script);
    } catch (error) {
      if (!(error instanceof BackpressureError)) throw error;
      await Bun.sleep(5);
    }
  }
}

await attack({
  limits: { memoryMb: MEMORY_MB, cpuMs: 0 },
  peakMb: 512,
  leftMb: 256,
  host: async ({ sandbox, limits }) => {
    for (const [name, { prepare, guest, refusedWith }] of Object.entries(floods)) {
      Bun.gc(true);
      const startMb = residentMb();
      resetPeak();
      const isolate = await sandbox.createIsolate({ ...limits, hostBytesMax: BUDGET });
      prepare(isolate);
      let most = 0;
      const look = setInterval(() => (most = Math.max(most, isolate.stats().hostBytes)), 1);
      await isolate.evaluate(`const errors = new Set();
        const ask = (...asked) => NETWORK.request(...asked).catch(({ name }) => name === "AbortError" || errors.add(name));
        const pause = () => new Promise((resolve) => setTimeout(resolve, 1));`);
      const refused = refusedWith === undefined ? "" : "while (errors.size === 0) await pause();";
      const script = `{ ${guest} } ${refused} [...errors]`;
      const errors = await within(isolate.evaluate<string[]>(script), 60_000, `the end of ${name}`);
      expect((await within(whenThereIsRoom(isolate, "6 * 7"), 30_000, "an answer")) === 42, `${name}: nothing goes on`);
      clearInterval(look);
      const grownMb = peakMb() - startMb;
      const boundMb = MEMORY_MB + BUDGET / MIB + OVER_MB + (sandbox.isolation.kind === "process" ? TWO_PEAKS_MB : 0);
      expect(grownMb <= boundMb, `${name}: resident memory grew by ${grownMb.toFixed(1)} MB, ${boundMb} are allowed`);
      // What is kept for moments may be seen by no look.
      const least = refusedWith === undefined ? 0 : 1;
      expect(most >= least && most <= BUDGET + MIB, `${name}: the host kept ${most} bytes`);
      const expected = refusedWith === undefined ? [] : [refusedWith];
      expect(
        errors.every((error) => expected.includes(error)),
        `${name}: the guest got ${errors.join()}`,
      );
      expect(
        expected.every((error) => errors.includes(error)),
        `${name}: the guest was not refused`,
      );
      isolate.destroy();
      await ended(isolate);
    }
  },
});
