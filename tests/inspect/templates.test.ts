import { expect, test } from "bun:test";
import type Protocol from "devtools-protocol";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import type { Isolate, IsolateTemplate } from "../../lib/index.ts";
import { Debugged, next } from "./harness.ts";

type Paused = Protocol.Debugger.PausedEvent;
type Parsed = Protocol.Debugger.ScriptParsedEvent;

const MODULES = {
  "./main.ts": `
import { twice } from "./twice.ts";
export interface Unused { readonly member: string }
export function run(count: number): number {
  return twice(count) + 1;
}
globalThis.run = run;
`,
  "./twice.ts": `export const twice = (count: number): number => {
  const both: number = count + count;
  return both;
};
`,
};

function templateOf({ sandbox }: Debugged): Promise<IsolateTemplate> {
  return sandbox.template({ modules: MODULES, prepare: (isolate: Isolate) => isolate.import("./main.ts") });
}

test("isolates of a template are debugged as others: modules that V8 has read from its cache have scripts, maps and lines", async () => {
  await using debugged = await Debugged.start();
  using template = await templateOf(debugged);
  for (let round = 0; round < 2; round++) {
    const worker = await template.createIsolate();
    const client = await debugged.connect(worker);
    const scripts: Parsed[] = [];
    client.Debugger.on("scriptParsed", (script) => void scripts.push(script as Parsed));
    await client.Debugger.enable();
    const script = scripts.find(({ url }) => url.endsWith("twice.ts"))!;
    expect(scripts.filter(({ url }) => url.endsWith("main.ts"))).toHaveLength(1);
    const { scriptSource } = await client.Debugger.getScriptSource({ scriptId: script.scriptId });
    expect(scriptSource).toContain("count + count");

    const line = scriptSource.split("\n").findIndex((text) => text.includes("return both"));
    const { locations } = await client.Debugger.setBreakpointByUrl({ url: script.url, lineNumber: line });
    expect(locations).toHaveLength(1);
    const paused = next<Paused>(client, "Debugger.paused");
    const result = worker.evaluate("run(20)");
    const { callFrames } = await paused;
    expect(callFrames.map(({ functionName }) => functionName)).toEqual(["twice", "run", ""]);
    const map = new TraceMap(await (await fetch(script.sourceMapURL!)).text());
    const { location } = callFrames[0]!;
    expect(originalPositionFor(map, { line: location.lineNumber + 1, column: location.columnNumber! }).line).toBe(3);
    await client.Debugger.resume();
    expect(await result).toBe(41);
  }
});
