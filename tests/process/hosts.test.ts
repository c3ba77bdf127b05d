// A host that forks, is stopped and continued, or becomes another program.
import { afterEach, expect, test } from "bun:test";
import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { pidOf, processSandbox, statusOf, until } from "./processes.ts";

const started: Bun.Subprocess[] = [];

afterEach(() => {
  for (const host of started.splice(0)) host.kill("SIGKILL");
});

/** A host that goes on, and what it prints. */
function steadyHost(): { readonly host: Bun.Subprocess<"pipe", "pipe", "inherit">; readonly lines: string[] } {
  const host = Bun.spawn([process.execPath, join(import.meta.dir, "fixtures/steady.ts")], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  started.push(host);
  const lines: string[] = [];
  void (async () => {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const bytes of host.stdout) {
      const all = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = all.pop()!;
      lines.push(...all);
    }
  })();
  return { host, lines };
}

function childrenIn(lines: readonly string[]): number[] {
  return lines[0]!.split(" ").slice(1).map(Number);
}

test("a host that is stopped and continued has lost nothing, and neither have its children", async () => {
  const { host, lines } = steadyHost();
  await until(() => lines.length >= 3);
  host.kill("SIGSTOP");
  await until(() => statusOf(host.pid)?.state === "T");
  await Bun.sleep(300);
  const children = childrenIn(lines);
  expect(children.length).toBeGreaterThanOrEqual(2);
  for (const pid of children) expect(statusOf(pid)).toBeDefined();
  host.kill("SIGCONT");
  const before = lines.length;
  await until(() => lines.length >= before + 10);
  expect(lines.slice(1)).toEqual(Array.from({ length: lines.length - 1 }, (_, i) => String(10 * (i + 1))));
});

test("a host that becomes another program leaves no process", async () => {
  const { host, lines } = steadyHost();
  await until(() => lines.length >= 2);
  const children = childrenIn(lines);
  host.stdin.write("exec\n");
  await host.stdin.flush();
  await until(() => readlinkSync(`/proc/${host.pid}/exe`).endsWith("/sleep"));
  await until(() => children.every((pid) => ["Z", "X", undefined].includes(statusOf(pid)?.state)));
});

test("what a host starts besides gets nothing of its children's", async () => {
  await using sandbox = processSandbox();
  const isolate = await sandbox.createIsolate();
  await isolate.evaluate("1");
  const other = Bun.spawn(["sleep", "1000"], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  started.push(other);
  await until(() => readlinkSync(`/proc/${other.pid}/exe`).endsWith("/sleep"));
  const links = readdirSync(`/proc/${other.pid}/fd`).map((fd) => readlinkSync(`/proc/${other.pid}/fd/${fd}`));
  expect(links.filter((link) => /memfd|socket|eventfd|eventpoll|pidfd/.test(link))).toEqual([]);
  // Nor does its end mean anything to them.
  other.kill("SIGKILL");
  await other.exited;
  expect(await isolate.evaluate("6 * 7")).toBe(42);
  expect(statusOf(pidOf(isolate))).toBeDefined();
});
