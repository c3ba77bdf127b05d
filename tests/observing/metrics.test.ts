// What a sandbox tells of itself, and what Prometheus gets of it.
import { afterEach, describe, expect, test } from "bun:test";
import { Registry } from "prom-client";
import { ArgumentError, OptionError, V8Sandbox } from "../../lib/index.ts";
import type { MetricsHistogram } from "../../lib/index.ts";
import { IsolatePool } from "../../lib/pool/index.ts";
import { exportMetrics } from "../../lib/prometheus/index.ts";

let sandbox: V8Sandbox;
afterEach(() => sandbox.shutdown());

const total = ({ counts }: MetricsHistogram): number => counts.reduce((sum, count) => sum + count, 0);

async function ended(isolate: { onSystem(type: "destroyed", handler: () => void): unknown }): Promise<void> {
  await new Promise<void>((resolve) => void isolate.onSystem("destroyed", resolve));
}

describe("metrics()", () => {
  test("counts isolates, their ends by reason, and how long calls took", async () => {
    sandbox = new V8Sandbox({ threads: 1 });
    const [one, two, three] = [
      await sandbox.createIsolate({ name: "one" }),
      await sandbox.createIsolate({ cpuMs: 20 }),
      await sandbox.createIsolate(),
    ];
    await one.evaluate("6 * 7");
    const hog = ended(two);
    await two.evaluate("for (;;);").catch(() => {});
    await hog;
    const gone = ended(three);
    three.destroy();
    await gone;

    const metrics = sandbox.metrics();
    expect(metrics).toMatchObject({
      created: 3,
      threadsMax: 1,
      ended: { destroyed: 1, cpu_limit_exceeded: 1, shutdown: 0 },
    });
    expect(metrics.isolates).toBeUndefined();
    expect(Math.abs(metrics.time - Date.now())).toBeLessThan(60_000);
    for (const [histogram, count] of [
      [metrics.wallMs, 2],
      [metrics.cpuMs, 2],
      [metrics.memoryPeakBytes, 2],
      [metrics.queueWaitMs, 0],
    ] as const) {
      expect([histogram.count, total(histogram), histogram.counts.length]).toEqual([
        count,
        count,
        histogram.bounds.length + 1,
      ]);
    }
    // The hog used what it was allowed, in one of the ranges from there on.
    expect(metrics.cpuMs.sum).toBeGreaterThanOrEqual(20);
    expect(metrics.cpuMs.counts.slice(metrics.cpuMs.bounds.indexOf(25))).toContain(1);
    expect(JSON.parse(JSON.stringify(metrics))).toEqual(metrics);
  });

  test("tells of each isolate when it is asked to, and what it is at", async () => {
    sandbox = new V8Sandbox();
    const idle = await sandbox.createIsolate({ name: "idle", memoryMb: 32 });
    const busy = await sandbox.createIsolate();
    const asked = Promise.withResolvers<void>();
    busy.onRequest("never", () => (asked.resolve(), new Promise(() => {})));
    busy.execute("NETWORK.request('never')");
    await asked.promise;
    const starting = sandbox.createIsolate();
    const { isolates = [] } = sandbox.metrics({ isolates: true });
    expect(isolates.map(({ id, name, state, memoryMaxBytes }) => [id, name, state, memoryMaxBytes / 2 ** 20])).toEqual([
      [0, "idle", "idle", 32],
      [1, undefined, "busy", 128],
      [2, undefined, "starting", 128],
    ]);
    await starting;
    idle.destroy();
    expect(sandbox.metrics({ isolates: true }).isolates?.[0]?.state).toBe("ending");
  });

  test("has what callers of pools waited", async () => {
    sandbox = new V8Sandbox();
    using pool = new IsolatePool(sandbox, { size: 1, max: 1 });
    const release = Promise.withResolvers<void>();
    const first = pool.run(() => release.promise);
    const second = pool.run(() => 2);
    await Bun.sleep(30);
    release.resolve();
    await Promise.all([first, second]);
    const { queueWaitMs } = sandbox.metrics();
    expect(queueWaitMs.count).toBe(2);
    expect(queueWaitMs.sum).toBeGreaterThanOrEqual(25);
  });

  test("is there after the end, and refuses what it does not know", async () => {
    sandbox = new V8Sandbox();
    const isolate = await sandbox.createIsolate();
    const gone = ended(isolate);
    sandbox.shutdown();
    await gone;
    expect(sandbox.metrics().ended.shutdown).toBe(1);
    expect(() => sandbox.metrics({ isolate: true } as object)).toThrow("did you mean isolates?");
    expect(() => sandbox.metrics({ isolates: 1 } as object)).toThrow(OptionError);
    expect(() => sandbox.metrics(null as unknown as object)).toThrow(ArgumentError);
  });
});

describe("network-runtime/prometheus", () => {
  test("puts all of it into a registry, in base units, with labels that no guest chooses", async () => {
    sandbox = new V8Sandbox();
    using other = new V8Sandbox();
    const registry = new Registry();
    const exported = exportMetrics(sandbox, { name: "plugins", registry });
    exportMetrics(other, { name: 'a "quoted" name', registry });
    const isolate = await sandbox.createIsolate({ name: "tenant 7", cpuMs: 20 });
    const gone = ended(isolate);
    await isolate.evaluate("for (;;);").catch(() => {});
    await gone;
    // Its heap is looked at after its first turn.
    await (await sandbox.createIsolate({ name: "tenant 8" })).evaluate("0");

    const text = await registry.metrics();
    const value = (line: string): number =>
      Number(
        text
          .split("\n")
          .find((each) => each.startsWith(`${line} `))
          ?.slice(line.length + 1),
      );
    const named = (name: string, label = ""): string => `network_runtime_${name}{sandbox="plugins"${label}}`;
    expect(value(named("isolates_created_total"))).toBe(2);
    expect(value(named("isolates_ended_total", ',reason="cpu_limit_exceeded"'))).toBe(1);
    expect(value(named("isolates", ',state="idle"'))).toBe(1);
    expect(value(named("cpu_seconds_total"))).toBeGreaterThanOrEqual(0.02);
    expect(value(named("cpu_seconds_total"))).toBeLessThan(20);
    expect(value(named("memory_bytes", ',kind="heap"'))).toBeGreaterThan(100_000);
    expect(value(named("isolate_cpu_seconds_bucket", ',le="0.01"'))).toBe(0);
    expect(value(named("isolate_cpu_seconds_bucket", ',le="+Inf"'))).toBe(1);
    expect(value(named("isolate_cpu_seconds_count"))).toBe(1);
    expect(value(named("call_duration_seconds_count"))).toBe(2);
    expect(text).toContain('sandbox="a \\"quoted\\" name"');
    expect(text).not.toContain("tenant");
    const series = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(new Set(series.map((line) => line.slice(0, line.lastIndexOf(" ")))).size).toBe(series.length);

    exported[Symbol.dispose]();
    expect(await registry.metrics()).not.toContain("plugins");
    expect((await registry.getMetricsAsJSON()).length).toBeGreaterThan(10);
  });

  test("of a registry in OpenMetrics' format names counters once", async () => {
    sandbox = new V8Sandbox();
    const registry = new Registry();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    exportMetrics(sandbox, { registry });
    const text = await registry.metrics();
    expect(text).toContain('network_runtime_isolates_created_total{sandbox="default"} 0');
    expect(text).not.toContain("_total_total");
    expect(text).toEndWith("# EOF\n");
  });

  test("refuses a name twice, and what is no sandbox or registry; a cleared registry takes it again", async () => {
    sandbox = new V8Sandbox();
    const registry = new Registry();
    const exported = exportMetrics(sandbox, { registry });
    expect(() => exportMetrics(sandbox, { registry })).toThrow("another name");
    exported[Symbol.dispose]();
    registry.clear();
    exportMetrics(sandbox, { registry });
    expect(await registry.metrics()).toContain("network_runtime_turns_total");
    expect(() => exportMetrics({} as V8Sandbox)).toThrow(ArgumentError);
    expect(() => exportMetrics(sandbox, { registry: {} as Registry })).toThrow(OptionError);
    expect(() => exportMetrics(sandbox, { name: 7 as unknown as string, registry })).toThrow(OptionError);
    expect(() => exportMetrics(sandbox, { label: "x" } as object)).toThrow(OptionError);
  });
});
