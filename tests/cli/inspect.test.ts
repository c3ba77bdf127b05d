import { expect, test } from "bun:test";
import CDP from "chrome-remote-interface";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const cli = join(import.meta.dir, "../../lib/cli.ts");

const SCRIPT = `
const sandbox = new V8Sandbox();
const worker = await sandbox.createIsolate({ name: "guest" });
console.log(await worker.evaluate("6 * 7", { filename: "guest.js" }));
sandbox.shutdown();
`;

/** The command with a script. @returns the process, and where it says that it listens */
async function start(flag: string, folder: string): Promise<[Bun.Subprocess<"ignore", "pipe", "pipe">, string]> {
  const script = join(folder, "script.ts");
  writeFileSync(script, SCRIPT);
  const child = Bun.spawn([process.execPath, cli, flag, script], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  let said = "";
  for await (const piece of child.stderr.pipeThrough(new TextDecoderStream())) {
    said += piece;
    if (said.includes("\n")) break;
  }
  return [child, /Debugger listening on (\S+)/.exec(said)?.[1] ?? said];
}

test("--inspect-brk waits for a front end, and is paused in the first script", async () => {
  const folder = mkdtempSync(join(tmpdir(), "inspect-"));
  try {
    const [child, url] = await start("--inspect-brk=127.0.0.1:0", folder);
    const list = async (): Promise<{ title: string; webSocketDebuggerUrl: string }[]> =>
      (await (await fetch(`${new URL(url).origin}/json/list`)).json()) as {
        title: string;
        webSocketDebuggerUrl: string;
      }[];
    let targets = await list();
    while (targets.length === 0) targets = await list();
    expect(targets[0]!.title).toBe("guest");
    const client = await CDP({ target: targets[0]!.webSocketDebuggerUrl, local: true });
    await client.Debugger.enable();
    const paused = client.Debugger.paused();
    await client.Runtime.runIfWaitingForDebugger();
    expect<string>((await paused).reason).toBe("Break on start");
    await client.Debugger.resume();
    expect(await child.stdout.text()).toBe("42\n");
    expect(await child.exited).toBe(0);
    await client.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(["--inspect=x", "--inspect=0.0.0.0:1", "--inspect=70000", "--inspct"])("%s is refused", async (flag) => {
  const child = Bun.spawn([process.execPath, cli, flag, "script.ts"], { stderr: "pipe", stdout: "ignore" });
  expect(await child.exited).toBe(2);
  expect(await child.stderr.text()).toContain("inspect");
});
