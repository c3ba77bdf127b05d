import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const cli = join(import.meta.dir, "../../lib/cli.ts");

/** Two sandboxes, each with a guest, until standard input ends. */
const SCRIPT = `
const sandboxes = [new V8Sandbox(), new V8Sandbox()];
for (const [index, sandbox] of sandboxes.entries()) await sandbox.createIsolate({ name: "guest " + index });
console.log("ready");
await Bun.stdin.text();
for (const sandbox of sandboxes) sandbox.shutdown();
`;

test("--dashboard gives every sandbox of a script its page, and says where", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dashboard-"));
  try {
    const script = join(folder, "script.ts");
    writeFileSync(script, SCRIPT);
    const child = Bun.spawn([process.execPath, cli, "--dashboard", script], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });
    const output = child.stdout.getReader();
    await output.read();
    let said = "";
    for await (const piece of child.stderr.pipeThrough(new TextDecoderStream())) {
      said += piece;
      if (said.split("\n").length > 2) break;
    }
    const urls = [...said.matchAll(/^Dashboard: (\S+)$/gm)].map(([, url]) => url!);
    expect(urls).toHaveLength(2);
    const names = urls.map(async (url) => {
      expect(await (await fetch(url)).text()).toStartWith("<!doctype html>");
      // The page looks once a second.
      for (;;) {
        const { isolates } = (await (await fetch(new URL("data", url))).json()) as { isolates: { name: string }[] };
        if (isolates.length > 0) return isolates.map(({ name }) => name);
        await Bun.sleep(50);
      }
    });
    expect((await Promise.all(names)).flat().sort()).toEqual(["guest 0", "guest 1"]);
    child.stdin.end();
    expect(await child.exited).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ["--dashboard=x", "takes a port"],
  ["--dashboard=0.0.0.0:1", "127.0.0.1"],
  ["--dashboard=70000", "port"],
  ["--dashbord", "--dashboard"],
])("%s is refused", async (flag, says) => {
  const child = Bun.spawn([process.execPath, cli, flag, "script.ts"], { stderr: "pipe", stdout: "ignore" });
  expect(await child.exited).toBe(2);
  expect(await child.stderr.text()).toContain(says);
});
