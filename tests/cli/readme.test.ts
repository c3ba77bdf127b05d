// The README's command lines do what is said behind them.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { cli, scriptFolder } from "./run.ts";

const readme = await Bun.file(join(import.meta.dir, "../../README.md")).text();
const section = readme.slice(readme.indexOf("\n## Command line\n"), readme.indexOf("\n## Security\n"));
const blocks = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!);
const lines = blocks.at(-1)!.trim().split("\n");

test("there are some", () => {
  expect(lines.length).toBeGreaterThan(4);
});

for (const line of lines) {
  const [, command, said] = /^network-runtime (.*) # (.*)$/.exec(line)!;
  test(command!, async () => {
    using folder = scriptFolder({
      "guest.ts": "declare const tools: any;\nexport default ({ name }: { name: string }) => tools.greet(name);",
      "tools.ts": "export const tools = { greet: (name: string) => `Hello ${name}` };",
    });
    const child = Bun.spawn(["bash", "-c", `"$0" "$1" ${command}`, process.execPath, cli], {
      cwd: folder.path,
      env: { ...process.env, NETWORK_RUNTIME_HISTORY: "" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const [stdout, exitCode] = await Promise.all([child.stdout.text(), child.exited]);
    const code = /^exit code (\d)$/.exec(said!)?.[1] ?? "0";
    expect(exitCode).toBe(Number(code));
    // What is printed, up to where it goes on; of some lines it is only said what they are for.
    const printed = said!.replace(/ …$/, "");
    if (/ (?:eval|run) /.test(line) && code === "0") expect(stdout.replace(/\s+/g, " ")).toStartWith(printed);
  });
}
