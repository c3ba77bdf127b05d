// What containers do to processes, one by one: a layer that is refused is missing and said to be, everything else works.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";

const host = join(import.meta.dir, "fixtures/conditions.ts");
/** Limits of processes do not hold for root. */
const asNobody =
  process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : ["setpriv"];
const ALWAYS = ["seccomp", "no_new_privileges"];

interface Outcome {
  readonly answer?: string;
  readonly layers?: string[];
  readonly code?: string;
  readonly message?: string;
  readonly missing?: string[];
}

/** The same under a filter of a container's. */
const filteredHost = join(import.meta.dir, "fixtures/filtered.ts");

const run = (command: readonly string[], ...args: string[]): Promise<Outcome> => runHost(host, command, args);

async function runHost(program: string, command: readonly string[], args: readonly string[]): Promise<Outcome> {
  const child = Bun.spawn([...command, process.execPath, program, ...args], {
    env: { ...process.env, HOME: "/tmp", BUN_OPTIONS: "" },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Outcome;
}

/** Runs the rest of the command after these, in a shell. */
const shell = (script: string, ...before: string[]): string[] => [...before, "bash", "-c", `${script}; exec "$0" "$@"`];

const CONDITIONS: Record<string, readonly string[]> = {
  "no condition": [],
  "no capabilities": [...asNobody, "--bounding-set=-all", "--inh-caps=-all"],
  "no new privileges": [...asNobody, "--no-new-privs"],
  "no user namespaces": shell("echo 0 > /proc/sys/user/max_user_namespaces", "unshare", "--user", "--map-root-user"),
  "a root that is read-only": shell("mount -o remount,bind,ro /", "unshare", "--user", "--map-root-user", "--mount"),
  "64 processes and threads": shell("ulimit -u 64", ...asNobody),
  "no /dev/shm": shell("mount -t tmpfs -o size=4k,ro none /dev/shm", "unshare", "--user", "--map-root-user", "--mount"),
};

describe("an isolate works with", () => {
  test.each(Object.entries(CONDITIONS))("%s", async (_name, command) => {
    const { answer, layers, message } = await run(command);
    expect(message).toBeUndefined();
    expect(answer).toBe("42.000");
    for (const layer of ALWAYS) expect(layers).toContain(layer);
  });
});

test("without user namespaces the layer is missing, and required it is an IsolationError", async () => {
  const command = CONDITIONS["no user namespaces"]!;
  expect((await run(command)).layers).not.toContain("namespaces");
  const refused = await run(command, "namespaces");
  expect(refused).toMatchObject({ code: "ERR_ISOLATION", missing: ["namespaces"] });
  expect(refused.message).toContain("user namespaces");
});

test("under a filter of a container's that refuses a layer, that one is missing", async () => {
  const { answer, layers } = await runHost(filteredHost, [], ["unshare", "landlock_create_ruleset"]);
  expect(answer).toBe("42.000");
  expect(layers).not.toContain("namespaces");
  expect(layers).not.toContain("landlock");
  for (const layer of ALWAYS) expect(layers).toContain(layer);
});

test("under one that refuses filters of others there is nothing but an IsolationError", async () => {
  const { code, missing, message } = await runHost(filteredHost, [], ["seccomp"]);
  expect({ code, missing }).toEqual({ code: "ERR_ISOLATION", missing: ["seccomp"] });
  expect(message).toContain("CONFIG_SECCOMP_FILTER");
});

test("without descriptors there is a LimitError", async () => {
  const outcome = await run(shell("ulimit -n 24", ...asNobody));
  expect([outcome.answer, outcome.code]).toContainEqual(outcome.answer === undefined ? "ERR_LIMIT" : "42.000");
});

test("without processes there is a LimitError", async () => {
  // As many as the host itself needs, or a few more.
  for (let processes = 12; processes < 40; processes += 4) {
    const child = Bun.spawn([...shell(`ulimit -u ${processes}`, ...asNobody), process.execPath, host], {
      env: { ...process.env, HOME: "/tmp", BUN_OPTIONS: "" },
      stdout: "pipe",
      stderr: "ignore",
    });
    const text = await child.stdout.text();
    await child.exited;
    // Bun itself may not start.
    if (text === "") continue;
    const { answer, code } = JSON.parse(text) as Outcome;
    expect(["42.000", "ERR_LIMIT", "ERR_ISOLATION", "ERR_TERMINATED"]).toContain((answer ?? code)!);
  }
});
