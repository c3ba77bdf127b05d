/** Typed isolates: names and data of both directions are checked. Checked by tsc, never run. */
import { V8Sandbox } from "../../lib/index.ts";
import type { Isolate, Protocol } from "../../lib/index.ts";

interface Calculator {
  toGuest: { compute: { x: number; y: number }; stop: undefined };
  fromGuest: { result: { answer: number }; log: string };
  hostMethods: { load(name: string): string; save(entry: { name: string; text: string }): void };
  guestMethods: { double(value: number): number; names(): Promise<string[]> };
}

const sandbox = new V8Sandbox();
const isolate: Isolate<Calculator> = await sandbox.createIsolate<Calculator>({ cpuMs: 100 });

isolate
  .on("result", ({ answer }) => console.log(answer.toFixed(2)))
  .once("log", (text, { event }) => console.log(text.toUpperCase(), event));
isolate.send("compute", { x: 1, y: 2 });
isolate.send("stop");
isolate.onRequest("load", async (name) => name.toLowerCase());
isolate.onRequest("load", (name, { signal }) => `${name} ${signal.aborted}`);
isolate.onRequest("save", ({ name, text }) => void [name, text]);
const doubled: number = await isolate.request("double", 4, { timeoutMs: 5 });
const names: string[] = await isolate.request("names");
const overridden: bigint = await isolate.request<bigint>("double", 4);
console.log(doubled, names, overridden);

// @ts-expect-error no such event
isolate.on("results", () => {});
// @ts-expect-error the data has no such field
isolate.on("result", ({ question }) => console.log(question));
// @ts-expect-error wrong data
isolate.send("compute", { x: 1 });
// @ts-expect-error data is missing
isolate.send("compute");
// @ts-expect-error no such event
isolate.send("result", { answer: 1 });
// @ts-expect-error wrong result
isolate.onRequest("load", () => 5);
// @ts-expect-error no such method
isolate.onRequest("double", () => 5);
// @ts-expect-error no such method
await isolate.request("triple", 4);
// @ts-expect-error wrong argument
await isolate.request("double", "4");
// @ts-expect-error wrong result
const text: string = await isolate.request("double", 4);
console.log(text);

// What a protocol leaves out is untyped.
interface OneWay extends Protocol {
  fromGuest: { tick: number };
}
const partial = await sandbox.createIsolate<OneWay>();
partial.on("tick", (tick) => tick.toFixed());
partial.send("anything", { at: "all" });
partial.onRequest("anything", (data) => data.whatever);
// @ts-expect-error but what it declares is checked
partial.on("tock", () => {});
