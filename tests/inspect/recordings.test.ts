import { expect, test } from "bun:test";
import type { CpuProfile, CpuProfileNode } from "../../lib/index.ts";
import { InspectorError, IsolateDestroyedError, OptionError, V8Sandbox } from "../../lib/index.ts";
import { Debugged } from "./harness.ts";

const BUSY = `
function busy() { let sum = 0; for (let i = 0; i < 1e6; i++) sum += Math.sqrt(i); return sum; }
function lazy() { return 1; }
function work() { const until = Date.now() + 100; while (Date.now() < until) { busy(); lazy(); } }
`;

/** What Chrome's reader relies on. @returns the time of each function, itself only, in microseconds */
function timesOf({ nodes, samples, timeDeltas, startTime, endTime }: CpuProfile): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  expect(byId.size).toBe(nodes.length);
  const parents = new Map<number, CpuProfileNode>();
  for (const node of nodes) {
    for (const child of node.children ?? []) {
      expect(byId.has(child)).toBe(true);
      expect(parents.has(child)).toBe(false);
      parents.set(child, node);
    }
  }
  // One tree.
  expect(nodes.filter(({ id }) => !parents.has(id)).map(({ callFrame }) => callFrame.functionName)).toEqual(["(root)"]);
  expect(samples.length).toBe(timeDeltas.length);
  const times = new Map<string, number>();
  const hits = new Map<number, number>();
  samples.forEach((id, index) => {
    const { functionName } = byId.get(id)!.callFrame;
    expect(timeDeltas[index]).toBeGreaterThanOrEqual(0);
    times.set(functionName, (times.get(functionName) ?? 0) + timeDeltas[index]!);
    hits.set(id, (hits.get(id) ?? 0) + 1);
  });
  for (const { id, hitCount } of nodes) expect(hitCount).toBe(hits.get(id) ?? 0);
  const total = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  // Each delta loses less than a microsecond.
  expect(endTime - startTime - total).toBeGreaterThanOrEqual(0);
  expect(endTime - startTime - total).toBeLessThanOrEqual(samples.length + 1);
  return times;
}

/** What Chrome's reader relies on. @returns the names of all nodes */
function namesIn(text: string): Set<string> {
  const { snapshot, nodes, edges, strings } = JSON.parse(text) as {
    snapshot: { meta: { node_fields: string[]; edge_fields: string[] }; node_count: number; edge_count: number };
    nodes: number[];
    edges: number[];
    strings: string[];
  };
  const { node_fields: nodeFields, edge_fields: edgeFields } = snapshot.meta;
  expect(nodes.length).toBe(snapshot.node_count * nodeFields.length);
  expect(edges.length).toBe(snapshot.edge_count * edgeFields.length);
  const nameAt = nodeFields.indexOf("name");
  const countAt = nodeFields.indexOf("edge_count");
  const toAt = edgeFields.indexOf("to_node");
  const names = new Set<string>();
  let edgeCount = 0;
  for (let at = 0; at < nodes.length; at += nodeFields.length) {
    names.add(strings[nodes[at + nameAt]!]!);
    edgeCount += nodes[at + countAt]!;
  }
  expect(edgeCount).toBe(snapshot.edge_count);
  for (let at = 0; at < edges.length; at += edgeFields.length) {
    const to = edges[at + toAt]!;
    if (to % nodeFields.length !== 0 || to >= nodes.length) throw new Error(`an edge leads to ${to}`);
  }
  return names;
}

test("cpuProfile() says where a guest's time goes, between its turns too", async () => {
  await using sandbox = new V8Sandbox();
  const worker = await sandbox.createIsolate();
  await worker.evaluate(BUSY, { filename: "busy.js" });
  const profile = worker.cpuProfile(400);
  await worker.evaluate("work()");
  await worker.evaluate("work()");
  const recorded = await profile;
  const times = timesOf(recorded);
  expect(times.get("busy")!).toBeGreaterThan(100_000);
  expect(times.get("busy")!).toBeGreaterThan(10 * (times.get("lazy") ?? 0));
  expect(times.get("(idle)")!).toBeGreaterThan(0);
  const busy = recorded.nodes.find(({ callFrame }) => callFrame.functionName === "busy")!;
  expect(busy.callFrame).toMatchObject({ url: "busy.js", lineNumber: 1, columnNumber: 13 });
  // It can be had again.
  timesOf(await worker.cpuProfile(0));
});

test("cpuProfile() looks into a turn that does not end, and uses up none of its limits", async () => {
  await using sandbox = new V8Sandbox({ cpuMs: 5000 });
  const worker = await sandbox.createIsolate();
  worker.execute("function spin() { while (true); }\nspin()");
  const times = timesOf(await worker.cpuProfile(100, { samplingIntervalUs: 200 }));
  expect(times.get("spin")!).toBeGreaterThan(50_000);
});

test("cpuProfile() refuses what it cannot do", async () => {
  await using sandbox = new V8Sandbox();
  const worker = await sandbox.createIsolate();
  const first = worker.cpuProfile(50);
  expect(await worker.cpuProfile(50).catch((error: unknown) => error)).toBeInstanceOf(InspectorError);
  await first;
  // @ts-expect-error: there is no such option
  expect(await worker.cpuProfile(1, { interval: 1 }).catch((error: unknown) => error)).toBeInstanceOf(OptionError);
  expect(await worker.cpuProfile(-1).catch(({ code }: { code: string }) => code)).toBe("ERR_ARGUMENT");
  const last = worker.cpuProfile(60_000);
  worker.destroy();
  expect(await last.catch((error: unknown) => error)).toBeInstanceOf(IsolateDestroyedError);
  expect(await worker.cpuProfile(1).catch((error: unknown) => error)).toBeInstanceOf(IsolateDestroyedError);
});

test("heapSnapshot() has the guest's objects, is read at the reader's pace, and can be given up", async () => {
  await using sandbox = new V8Sandbox({ memoryMb: 64, cpuMs: 300 });
  const worker = await sandbox.createIsolate();
  await worker.evaluate(
    "class Telltale { held = 1 }; globalThis.list = Array.from({ length: 5e3 }, () => new Telltale()); 0",
  );
  const names = namesIn(await new Response(worker.heapSnapshot() as ReadableStream).text());
  expect(names.has("Telltale")).toBe(true);
  const reader = (worker.heapSnapshot() as ReadableStream<Uint8Array>).getReader();
  const { value } = await reader.read();
  expect(value!.length).toBeGreaterThan(0);
  await reader.cancel();
  expect(await worker.evaluate("list.length")).toBe(5e3);
});

test("heapSnapshot() of an isolate that ends fails with that", async () => {
  await using sandbox = new V8Sandbox();
  const worker = await sandbox.createIsolate();
  await worker.evaluate("globalThis.list = Array.from({ length: 5e4 }, (_, i) => ({ i })); 0");
  const reader = (worker.heapSnapshot() as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  worker.destroy();
  const drained = (async () => {
    for (;;) if ((await reader.read()).done) return "done";
  })();
  expect(await drained.catch((error: unknown) => error)).toBeInstanceOf(IsolateDestroyedError);
  expect(() => worker.heapSnapshot()).toThrow(IsolateDestroyedError);
});

test("front ends record profiles, coverage, samples of the heap and snapshots", async () => {
  await using debugged = await Debugged.start();
  const worker = await debugged.sandbox.createIsolate();
  const client = await debugged.connect(worker);
  await client.Profiler.enable();
  await client.Profiler.setSamplingInterval({ interval: 500 });
  await client.Profiler.startPreciseCoverage({ callCount: true, detailed: true });
  await client.Profiler.start();
  await client.HeapProfiler.enable();
  await client.HeapProfiler.startSampling({ samplingInterval: 1024 });
  await worker.evaluate(BUSY, { filename: "busy.js" });
  await worker.evaluate("work(); globalThis.kept = Array.from({ length: 1e3 }, () => ({})); 0", {
    filename: "kept.js",
  });
  const { profile } = await client.Profiler.stop();
  expect(timesOf(profile as CpuProfile).get("busy")!).toBeGreaterThan(0);

  const { result } = await client.Profiler.takePreciseCoverage();
  const covered = result.find(({ url }) => url === "busy.js")!.functions;
  expect(covered.find(({ functionName }) => functionName === "work")!.ranges[0]!.count).toBe(1);
  expect(result.map(({ url }) => url)).toEqual(["busy.js", "kept.js"]);
  await client.Profiler.stopPreciseCoverage();

  const sampled = await client.HeapProfiler.stopSampling();
  expect(JSON.stringify(sampled.profile)).toContain("kept.js");

  let text = "";
  client.HeapProfiler.on("addHeapSnapshotChunk", ({ chunk }) => void (text += chunk));
  await client.HeapProfiler.takeHeapSnapshot({});
  expect(namesIn(text).size).toBeGreaterThan(100);
  await client.HeapProfiler.collectGarbage();

  expect(await client.Profiler.stop().catch(({ message }: Error) => message)).toBe("No recording profiles found");
});
