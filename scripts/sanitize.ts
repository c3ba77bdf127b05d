// bun run test:sanitize: the engine with checks in our own C++ and Zig, under the tests that misuse it most.
//   1. ThreadSanitizer: the scheduler against the fake shim
//   2. UndefinedBehaviorSanitizer and Zig's safety checks: everything else is as in the release
//   3. AddressSanitizer besides: its allocator takes the place of ours, so memory limits outside V8's heap do not hold
// V8 itself is not instrumented in any of them. A finding goes to stderr and fails the run.
//   bun run test:sanitize [-- PART...]     PART: the beginning of a part's name: "thread", "address", "undefined: tests/api"
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bunTestParts } from "./checks/bun-tests.ts";
import type { PartResult } from "./checks/part.ts";
import { FUZZERS } from "../tests/fuzz/fuzzers.ts";
import { buildOptions } from "./setup/engine.mjs";
import { cache, root, zig, zigCacheOptions } from "./setup/paths.mjs";

/** Beside GCC 12, whose headers the build needs in any case. */
const ASAN_RUNTIME = "/usr/lib/gcc/x86_64-linux-gnu/12/libasan.so";
/** No leaks: the engine keeps what it has until the process ends. */
const ASAN_OPTIONS = "detect_leaks=0:allocator_may_return_null=1";

/** Of code that checks itself. */
const SLOWDOWN = 4;

interface Variant {
  readonly sanitize: "undefined" | "address";
  readonly env: Record<string, string>;
  readonly folders: readonly string[];
  readonly fuzzers: readonly string[];
}

const variants: readonly Variant[] = [
  {
    sanitize: "undefined",
    env: {},
    folders: ["tests/abi", "tests/api", "tests/boundary", "tests/guest", "tests/hostile", "tests/stress"],
    fuzzers: FUZZERS,
  },
  {
    sanitize: "address",
    env: { LD_PRELOAD: ASAN_RUNTIME, ASAN_OPTIONS },
    folders: ["tests/abi", "tests/boundary", "tests/guest", "tests/stress"],
    fuzzers: ["decoder.ts", "abi.ts", "children.ts"],
  },
];

const wanted = process.argv.slice(2);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.some((prefix) => name.startsWith(prefix));

let passed = 0;
let failed = 0;

function note(name: string, result: PartResult): void {
  passed += result.passed;
  failed += result.failed;
  console.log(`${result.failed > 0 ? "FAIL" : "ok  "} ${name}: ${result.passed} passed, ${result.failed} failed`);
}

async function succeeds(command: readonly string[], env: Record<string, string> = {}): Promise<boolean> {
  const child = Bun.spawn([...command], {
    cwd: root,
    env: { ...process.env, ...env },
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
  });
  return (await child.exited) === 0;
}

async function check(name: string, command: readonly string[], env: Record<string, string> = {}): Promise<void> {
  if (!isWanted(name)) return;
  console.log(`\n── ${name}`);
  note(name, (await succeeds(command, env)) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
}

async function runVariant({ sanitize, env, folders, fuzzers }: Variant): Promise<void> {
  if (wanted.length > 0 && !wanted.some((prefix) => prefix.startsWith(sanitize) || sanitize.startsWith(prefix))) return;
  const prefix = join(cache, `sanitize-${sanitize}`);
  const build = [zig, "build", "--prefix", prefix, `-Dsanitize=${sanitize}`, ...buildOptions(process.execPath)];
  if (!(await succeeds(build))) return note(`build -Dsanitize=${sanitize}`, { passed: 0, failed: 1 });
  const library = { NETWORK_RUNTIME_LIB: join(prefix, "lib/libnetwork_runtime.so"), ...env };
  for (const part of bunTestParts({ root, output: "inherit", env: library, slowdown: SLOWDOWN })) {
    if (!folders.includes(part.name) || !isWanted(`${sanitize}: ${part.name}`)) continue;
    console.log(`\n── ${sanitize}: ${part.name}`);
    note(`${sanitize}: ${part.name}`, await part.run());
  }
  for (const file of fuzzers) {
    const seconds = process.env.FUZZ_SECONDS ?? "30";
    await check(`${sanitize}: ${file}`, [process.execPath, join(root, "tests/fuzz", file)], {
      FUZZ_SECONDS: seconds,
      ...library,
    });
  }
}

await check("thread: scheduler", [zig, "build", "test", "-Dtsan", ...zigCacheOptions]);
for (const variant of variants) {
  if (wanted.length > 0 && !wanted.some((prefix) => `${prefix}:`.startsWith(`${variant.sanitize}:`))) continue;
  if (variant.sanitize === "address" && !existsSync(ASAN_RUNTIME)) {
    console.error(`AddressSanitizer's runtime is missing: ${ASAN_RUNTIME} (Debian: libgcc-12-dev)`);
    failed++;
  } else {
    await runVariant(variant);
  }
}
console.log(`\n${passed} passed, ${failed} failed`);
// Nothing run is nothing proved.
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
