// The live page, as its server gives it; what a browser shows of it is tests/observing/browser.ts.
import { afterEach, beforeEach, expect, test } from "bun:test";
import { endReasons } from "../../lib/contract/metrics.ts";
import type { SandboxMetrics } from "../../lib/index.ts";
import { ListenError, OptionError, SandboxShutdownError, V8Sandbox } from "../../lib/index.ts";
import { History } from "../../lib/dashboard/history.ts";
import type { Snapshot } from "../../lib/dashboard/snapshot.ts";

let sandbox: V8Sandbox;
beforeEach(() => void (sandbox = new V8Sandbox({ threads: 1 })));
afterEach(() => sandbox.shutdown());

const dataOf = async (url: string): Promise<Snapshot> => (await (await fetch(`${url}data`)).json()) as Snapshot;

test("serves a page that loads nothing from elsewhere, and what it shows", async () => {
  await sandbox.createIsolate({ name: "</script><b>" });
  await using page = await sandbox.dashboard({ title: "mine" });
  const html = await fetch(page.url);
  expect([html.status, html.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  const text = await html.text();
  expect(text).not.toMatch(/https?:\/\/|<script>|style=/);
  for (const name of ["page.js", "page.css"]) {
    expect(text).toContain(`"./${name}"`);
    expect([name, (await fetch(page.url + name)).status]).toEqual([name, 200]);
  }
  const { title, isolates, kill } = await dataOf(page.url);
  expect({ title, kill, names: isolates.map(({ name }) => name) }).toEqual({
    title: "mine",
    kill: false,
    names: ["</script><b>"],
  });
  expect((await fetch(`${page.url}nothing`)).status).toBe(404);
  expect((await fetch(page.url, { method: "POST" })).status).toBe(405);
});

test("ends isolates only if it was started so, and only for its own page", async () => {
  const isolate = await sandbox.createIsolate();
  await using harmless = await sandbox.dashboard();
  const post = { method: "POST", headers: { origin: new URL(harmless.url).origin } };
  expect((await fetch(`${harmless.url}kill/0`, post)).status).toBe(403);
  await using deadly = await sandbox.dashboard({ kill: true });
  const own = { method: "POST", headers: { origin: new URL(deadly.url).origin } };
  expect((await fetch(`${deadly.url}kill/0`)).status).toBe(405);
  expect((await fetch(`${deadly.url}kill/0`, { method: "POST" })).status).toBe(405);
  expect((await fetch(`${deadly.url}kill/0`, post)).status).toBe(403);
  expect((await fetch(new URL("/kill/0", deadly.url), own)).status).toBe(403);
  expect(isolate.destroyed).toBe(false);
  expect((await fetch(`${deadly.url}kill/7`, own)).status).toBe(404);
  expect((await fetch(`${deadly.url}kill/0`, own)).status).toBe(200);
  expect(isolate.destroyed).toBe(true);
});

test("ends with its sandbox; a port that is taken and wrong options are refused", async () => {
  const page = await sandbox.dashboard();
  await expect(sandbox.dashboard({ port: page.port })).rejects.toThrow(ListenError);
  await expect(sandbox.dashboard({ kill: "yes" } as object)).rejects.toThrow(OptionError);
  await expect(sandbox.dashboard({ host: "0.0.0.0" } as object)).rejects.toThrow("did you mean hostname?");
  sandbox.shutdown();
  const closed = async (): Promise<boolean> =>
    fetch(page.url).then(
      () => false,
      () => true,
    );
  while (!(await closed())) await Bun.sleep(5);
  await page.close();
  await expect(sandbox.dashboard()).rejects.toThrow(SandboxShutdownError);
});

test("a day of it is no more than a quarter of an hour, and the last hundred ends", async () => {
  const history = new History("day", false);
  const isolate = { ...sandbox.metrics(), ...(await sandbox.createIsolate()).stats() };
  let last: Snapshot | undefined;
  for (let second = 0; second < 86_400; second += 10) {
    const metrics: SandboxMetrics = {
      ...sandbox.metrics(),
      time: second * 1000,
      ended: {
        ...(Object.fromEntries(endReasons.map((reason) => [reason, 0])) as SandboxMetrics["ended"]),
        destroyed: second,
      },
      isolates: [
        {
          ...isolate,
          id: 1,
          state: "idle",
          ageMs: 1e9,
          memoryMaxBytes: 0,
          cpuMs: second * 500,
          name: "n".repeat(1000),
        },
      ],
    };
    history.end({ id: second, name: undefined, reason: "destroyed", cpuMs: 1, memoryPeakBytes: 1 });
    last = history.look(metrics);
  }
  expect(last!.series.time.length).toBe(900);
  expect(Object.values(last!.series).map((curve: number[]) => curve.length)).toEqual(Array(7).fill(900) as number[]);
  expect(last!.ends.map(({ id }) => id).slice(0, 2)).toEqual([86_390, 86_380]);
  expect(last!.ends.length).toBe(100);
  // Half a processor, all the time; ten ends in each ten seconds.
  expect(last!.isolates[0]).toMatchObject({ cpu: 0.5 });
  expect(last!.series.ended.at(-1)).toBe(10);
  expect(JSON.stringify(last).length).toBeLessThan(100_000);
});

test("ten thousand isolates are told of as far as there is room: those that use the most", async () => {
  const stats = (await sandbox.createIsolate()).stats();
  const history = new History("many", false);
  const isolates = Array.from({ length: 10_000 }, (_, id) => ({
    ...{ ...stats, id, state: "idle" as const, ageMs: 1000, memoryMaxBytes: 0, cpuMs: id },
  }));
  const { isolates: rows, more, series } = history.look({ ...sandbox.metrics(), isolates });
  expect([rows.length, more, series.isolates]).toEqual([5000, 5000, [10_000]]);
  expect(rows[0]!.id).toBe(9999);
});
