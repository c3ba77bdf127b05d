/** Bun and Node, for comparison: each file in a process of its own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type WptTest, scriptsOf } from "../checkout.ts";
import { type FileResult, type Report, toFileResult, withoutReport } from "../results.ts";
import { locationOf } from "../site.ts";
import type { StandIn } from "../stand-in/stand-in.ts";
import { GRACE_MS, type Runtime } from "./runtime.ts";

const child = fileURLToPath(new URL("child.js", import.meta.url));
const harness = fileURLToPath(new URL("../guest/harness.js", import.meta.url));

/** What child.js is to run. */
export interface ChildJob {
  readonly settings: WptTestSettings;
  readonly scripts: readonly { readonly filename: string; readonly source: string }[];
  /** Where it writes its report, JSON. */
  readonly report: string;
}

interface WptTestSettings {
  readonly location: string;
  readonly title?: string | undefined;
  readonly timeoutMs: number;
}

/**
 * The program and its version.
 * @throws Error if there is no `node` to run
 */
export function runtimeOf(name: "bun" | "node"): { executable: string; version: string } {
  const executable = name === "bun" ? process.execPath : Bun.which("node");
  if (executable === null) throw new Error("There is no node on the PATH.");
  const version = Bun.spawnSync([executable, "--version"]).stdout.toString().trim().replace(/^v/, "");
  return { executable, version };
}

/** A JavaScript runtime of the machine. */
export class ProcessRuntime implements Runtime {
  readonly name: "bun" | "node";
  readonly version: string;
  readonly #checkout: string;
  readonly #server: StandIn;
  readonly #executable: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "network-runtime-wpt-"));
  #count = 0;

  /** @throws Error if there is no `node` to run */
  constructor(name: "bun" | "node", checkout: string, server: StandIn) {
    const { executable, version } = runtimeOf(name);
    this.name = name;
    this.version = version;
    this.#executable = executable;
    this.#checkout = checkout;
    this.#server = server;
  }

  async run(test: WptTest): Promise<FileResult> {
    const started = performance.now();
    const elapsed = (): number => Math.round(performance.now() - started);
    const number = this.#count++;
    const job = join(this.#folder, `${number}.job`);
    const report = join(this.#folder, `${number}.report`);
    const { site } = this.#server;
    const settings = { location: locationOf(test, site), title: test.meta.title, timeoutMs: test.timeoutMs };
    const scripts = [
      { filename: "harness.js", source: readFileSync(harness, "utf8") },
      { filename: "start.js", source: "wptStart(wptSettings, wptHost); delete globalThis.wptStart;" },
      ...scriptsOf(this.#checkout, test, site),
    ];
    writeFileSync(job, JSON.stringify({ settings, scripts, report } satisfies ChildJob));
    try {
      const process = Bun.spawn([this.#executable, child, job], {
        stdin: "ignore",
        stdout: "ignore",
        stderr: "ignore",
        timeout: test.timeoutMs + GRACE_MS,
        killSignal: "SIGKILL",
      });
      await process.exited;
      const file = Bun.file(report);
      if (await file.exists()) return toFileResult(test.id, (await file.json()) as Report, elapsed());
      if (process.signalCode === "SIGKILL") return withoutReport(test.id, "HANG", "no report", elapsed());
      return withoutReport(test.id, "CRASH", `exit ${process.signalCode ?? process.exitCode}`, elapsed());
    } finally {
      rmSync(job, { force: true });
      rmSync(report, { force: true });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
