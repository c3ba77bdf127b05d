// bun run fuzz [NAME...]: long runs of the fuzzers, one after the other. FUZZ_SECONDS (default 300) is for each, FUZZ_SEED
// repeats one; each prints what it uses. NAME: the beginning of a fuzzer's file name.
import { join } from "node:path";
import { FUZZERS } from "../tests/fuzz/fuzzers.ts";
import { root } from "./setup/paths.mjs";

const wanted = process.argv.slice(2);
const seconds = Number(process.env.FUZZ_SECONDS ?? 300);
/** What the host's decoder does in a second, roughly: its fuzzer counts rounds. */
const CODEC_ROUNDS_A_SECOND = 30_000;

const commands: [string, string[]][] = FUZZERS.map((file) => [file, [join(root, "tests/fuzz", file)]]);
commands.push(["codec", ["test", "--timeout=0", "./tests/codec/fuzz.test.ts"]]);

let failed = 0;
for (const [name, args] of commands) {
  if (wanted.length > 0 && !wanted.some((beginning) => name.startsWith(beginning))) continue;
  console.log(`\n── ${name}`);
  const child = Bun.spawn([process.execPath, ...args], {
    cwd: root,
    env: {
      ...process.env,
      FUZZ_SECONDS: String(seconds),
      FUZZ_ROUNDS: String(seconds * CODEC_ROUNDS_A_SECOND),
    },
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
  });
  if ((await child.exited) !== 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
