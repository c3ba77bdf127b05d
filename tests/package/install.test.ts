import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import manifest from "../../package.json";
import { pack } from "../../scripts/pack/pack.ts";
import { engineLibrary, root } from "../../scripts/setup/paths.mjs";
import { firstOutput, firstProgram } from "./readme.ts";

const PACKING_MS = 120_000;

// A machine with nothing but Bun: no compiler, no gem, no Zig, and no registry that answers.
const folder = mkdtempSync(join(tmpdir(), "network-runtime-package-"));
const project = join(folder, "project");
const bin = join(folder, "bin");
const env = {
  PATH: bin,
  HOME: folder,
  TMPDIR: folder,
  BUN_INSTALL_CACHE_DIR: join(folder, "bun-cache"),
  BUN_CONFIG_REGISTRY: "http://127.0.0.1:9/",
};
let packages: readonly string[];

async function run(cwd: string, ...command: string[]): Promise<{ stdout: string; stderr: string; exitCode: number }> {
  const child = Bun.spawn(command, { cwd, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { stdout, stderr, exitCode };
}

beforeAll(async () => {
  mkdirSync(project);
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, "bun"));
  packages = await pack({ out: join(folder, "out"), engine: engineLibrary });
  const [library, engine] = packages;
  // Stands in for the registry, which has not got this version yet.
  const overrides = { "@network-runtime/linux-x64-gnu": `file:${engine}` };
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module", overrides }));
  writeFileSync(join(project, "main.ts"), firstProgram);
  const added = await run(project, "bun", "add", library!);
  if (added.exitCode !== 0) throw new Error(`bun add failed: ${added.stderr}`);
}, PACKING_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("packing writes the two files by their promised names", () => {
  expect(packages.map((file) => basename(file))).toEqual([
    `network-runtime-${manifest.version}.tgz`,
    `network-runtime-linux-x64-gnu-${manifest.version}.tgz`,
  ]);
});

test("the installed library depends on its engine at its own version, and on nothing of a clone", async () => {
  const installed = await Bun.file(join(project, "node_modules/network-runtime/package.json")).json();
  expect(installed.optionalDependencies).toEqual({ "@network-runtime/linux-x64-gnu": manifest.version });
  expect(Object.keys(installed)).not.toContain("devDependencies");
  expect(Object.keys(installed)).not.toContain("scripts");
  const engine = await Bun.file(join(project, "node_modules/@network-runtime/linux-x64-gnu/package.json")).json();
  expect({ version: engine.version, os: engine.os, cpu: engine.cpu, libc: engine.libc }).toEqual({
    version: manifest.version,
    os: ["linux"],
    cpu: ["x64"],
    libc: ["glibc"],
  });
});

test("the README's first program runs from the installed packages", async () => {
  const result = await run(project, "bun", "main.ts");
  expect(result).toEqual({ stdout: firstOutput, stderr: "", exitCode: 0 });
});

test("modules, source maps and bundles are in it, with what they need", async () => {
  const program = `
    import { V8Sandbox } from "network-runtime";
    import { bundleGuest } from "network-runtime/bundle";
    using sandbox = new V8Sandbox();
    const isolate = await sandbox.createIsolate();
    await Bun.write("guest.ts", "interface A {}\\nexport const f = (): never => { throw new Error('x') };");
    const { entry, modules } = await bundleGuest("guest.ts");
    const guest = await isolate.import(entry, { modules });
    await guest.f().catch((error) => console.log(error.guest.filename, error.guest.lineno));`;
  writeFileSync(join(project, "modules.ts"), program);
  expect(await run(project, "bun", "modules.ts")).toEqual({ stdout: "guest.ts 2\n", stderr: "", exitCode: 0 });
});

test("so do programs, tools and pools; the library by itself loads none of them", async () => {
  const program = `
    import { V8Sandbox } from "network-runtime";
    import { IsolatePool } from "network-runtime/pool";
    import { defineTools, run } from "network-runtime/run";
    const tools = defineTools({ twice: { run: () => 42 } });
    console.log(tools.declarations());
    console.log((await run("tools.twice()", { tools })).value);
    using pool = new IsolatePool(new V8Sandbox());
    console.log(await pool.run((isolate) => isolate.evaluate("6 * 8")));`;
  writeFileSync(join(project, "programs.ts"), program);
  expect(await run(project, "bun", "programs.ts")).toEqual({
    stdout: "declare const tools: {\n  twice(): Promise<unknown>;\n};\n\n42\n48\n",
    stderr: "",
    exitCode: 0,
  });
  const alone = await run(project, "bun", "build", "--target=bun", "--outdir=built", "--metafile=meta.json", "main.ts");
  expect(alone.exitCode).toBe(0);
  const { inputs } = (await Bun.file(join(project, "meta.json")).json()) as { inputs: Record<string, unknown> };
  const loaded = Object.keys(inputs).filter((path) => path.includes("node_modules/network-runtime/lib/"));
  expect(loaded.length).toBeGreaterThan(50);
  expect(loaded.filter((path) => /\/lib\/(?:run|pool|net|bundle)\//.test(path))).toEqual([]);
});

test("its dashboard is in it, with the package that draws; metrics and traces ask for packages of the user's", async () => {
  const program = `
    import { V8Sandbox } from "network-runtime";
    using sandbox = new V8Sandbox();
    await using page = await sandbox.dashboard();
    const texts = await Promise.all(["", "page.js", "page.css"].map(async (name) => (await fetch(page.url + name)).text()));
    console.log(texts[0].includes("page.js"), texts[1].includes("uplot"), texts[2].includes("u-legend"));
    for (const name of ["prometheus", "opentelemetry"])
      await import("network-runtime/" + name).then(() => console.log(name), (error) => console.log(error.message));`;
  writeFileSync(join(project, "watching.ts"), program);
  const alone = await run(project, "bun", "watching.ts");
  const [shown, ...missing] = alone.stdout.trimEnd().split("\n");
  expect(shown).toBe("true true true");
  expect(missing[0]).toMatch(/prom-client/);
  expect(missing[1]).toMatch(/@opentelemetry\/api/);
  const others = ["prom-client", "tdigest", "bintrees", "@opentelemetry"];
  for (const other of others) symlinkSync(join(root, "node_modules", other), join(project, "node_modules", other));
  const together = await run(project, "bun", "watching.ts");
  for (const other of others) unlinkSync(join(project, "node_modules", other));
  expect(together).toEqual({ stdout: "true true true\nprometheus\nopentelemetry\n", stderr: "", exitCode: 0 });
});

test("its adapters for agents are in it: those that need no package work, the others ask for theirs", async () => {
  const program = `
    import { createExecutor } from "network-runtime/codemode";
    import { createIsolateDriver } from "network-runtime/tanstack";
    const fns = { twice: async (n) => 2 * n };
    console.log((await createExecutor().execute("async () => codemode.twice(21)", fns)).result);
    const context = await createIsolateDriver().createContext({ bindings: { twice: { execute: fns.twice } } });
    console.log((await context.execute("return await twice(4)")).value);
    for (const name of ["ai", "mcp"])
      await import("network-runtime/" + name).then(() => console.log(name), (error) => console.log(error.message));`;
  writeFileSync(join(project, "agents.ts"), program);
  const alone = (await run(project, "bun", "agents.ts")).stdout.trimEnd().split("\n");
  expect(alone.slice(0, 2)).toEqual(["42", "8"]);
  expect(alone[2]).toMatch(/'ai'/);
  expect(alone[3]).toMatch(/@modelcontextprotocol\/sdk/);
});

test("the command is installed too, with all it can do", async () => {
  const command = join(project, "node_modules/.bin/network-runtime");
  const { stdout, exitCode } = await run(project, command, "--version");
  expect(stdout).toStartWith(`network-runtime ${manifest.version}\nV8 `);
  expect(exitCode).toBe(0);
  writeFileSync(join(project, "tools.ts"), "export const tools = { twice: (n: number) => 2 * n };");
  writeFileSync(
    join(project, "module.ts"),
    "declare const tools: any;\nexport default ({ n }: { n: number }) => tools.twice(n);",
  );
  const guest = await run(project, command, "run", "module.ts", "--tools=tools.ts", "--arg=n:=21", "--allow-net=*");
  expect(guest).toEqual({ stdout: "42\n", stderr: "", exitCode: 0 });
  const examined = await run(project, command, "doctor", "--json");
  expect(JSON.parse(examined.stdout)).toMatchObject({ ok: true });
  const lines = await run(project, command, "repl");
  expect(lines).toEqual({ stdout: "", stderr: "", exitCode: 0 });
});

test(
  "init writes a project that runs, whose tests pass and whose types are right on both sides",
  async () => {
    const command = join(project, "node_modules/.bin/network-runtime");
    const made = join(project, "My first");
    const written = await run(project, command, "init", "My first");
    expect({ stderr: written.stderr, exitCode: written.exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(await Bun.file(join(made, "package.json")).json()).toMatchObject({
      name: "my-first",
      scripts: { start: "bun src/main.ts", test: "bun test" },
      dependencies: { "network-runtime": `^${manifest.version}` },
    });

    expect(await run(made, "bun", "start")).toMatchObject({
      stdout: expect.stringMatching(/^total: 11\na hog: .*cpu_limit_exceeded/),
      exitCode: 0,
    });
    const tested = await run(made, "bun", "test");
    expect(tested.stderr).toContain(" 0 fail\n");
    expect(tested.exitCode).toBe(0);

    mkdirSync(join(project, "node_modules/@types"), { recursive: true });
    symlinkSync(join(root, "node_modules/bun-types"), join(project, "node_modules/@types/bun"));
    const tsc = (...args: string[]) => run(made, "bun", join(root, "node_modules/typescript/bin/tsc"), ...args);
    for (const side of [".", "guest"]) expect(await tsc("-p", side)).toEqual({ stdout: "", stderr: "", exitCode: 0 });
    // They are looked at.
    writeFileSync(join(made, "guest/wrong.ts"), "shop.priceOf(1); Bun; process; document;");
    const wrong = await tsc("-p", "guest");
    expect(wrong.stdout.match(/error TS\d+/g)).toHaveLength(4);
  },
  PACKING_MS,
);

/** The host's own file is all there is: children are of memory, or they could not be. */
const withProcesses = `
  import { V8Sandbox } from "network-runtime";
  import { readlinkSync } from "node:fs";
  await using sandbox = new V8Sandbox({ isolation: "process" });
  const isolates = [await sandbox.createIsolate(), await sandbox.createIsolate({ trustGroup: "another" })];
  for (const isolate of isolates) {
    const { pid } = isolate.stats().process!;
    console.log(await isolate.evaluate("6 * 7"), sandbox.isolation.layers.includes("seccomp"), readlinkSync(\`/proc/\${pid}/exe\`));
  }`;

// Last: it takes the project away.
test("programs compiled to one executable run where there is no package, with child processes too", async () => {
  writeFileSync(join(project, "processes.ts"), withProcesses);
  const elsewhere = join(folder, "elsewhere");
  mkdirSync(elsewhere);
  for (const name of ["main", "processes"]) {
    const built = await run(project, "bun", "build", "--compile", `${name}.ts`, "--outfile", join(elsewhere, name));
    expect({ stderr: built.stderr, exitCode: built.exitCode }).toEqual({ stderr: "", exitCode: 0 });
  }
  renameSync(project, join(folder, "gone"));
  expect(await run(elsewhere, join(elsewhere, "main"))).toEqual({ stdout: firstOutput, stderr: "", exitCode: 0 });
  expect(await run(elsewhere, join(elsewhere, "processes"))).toEqual({
    stdout: "42 true /memfd:network-runtime (deleted)\n".repeat(2),
    stderr: "",
    exitCode: 0,
  });
});
