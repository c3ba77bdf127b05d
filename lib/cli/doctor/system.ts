/** The system: what it is, and how much it lets a process have. */
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { finding, type Finding } from "./check.ts";

const GLIBC_MINIMUM = "2.31.0";
const FILES_MINIMUM = 1024;
const TASKS_MINIMUM = 128;
const MAPPINGS_MINIMUM = 65_530;
const MEMORY_MINIMUM = 256 * 2 ** 20;

/** Reads a file of the system's; a test's system has others. */
export type Read = (path: string) => string | undefined;

/** The system that this is. */
export const readSystem: Read = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};

/** What the engine is built for. */
export function checkPlatform(): Finding {
  const { platform, arch } = process;
  if (platform !== "linux" || arch !== "x64") {
    return finding("system", "bad", `${platform} on ${arch}`, "the engine is for Linux on x64");
  }
  const { glibcVersionRuntime: glibc } =
    (process.report?.getReport() as { header?: { glibcVersionRuntime?: string } })?.header ?? {};
  const found = `Linux ${release()} on ${arch}, ${glibc === undefined ? "no glibc" : `glibc ${glibc}`}`;
  const known = glibc !== undefined && Bun.semver.order(`${glibc}.0`, GLIBC_MINIMUM) >= 0;
  return known
    ? finding("system", "ok", found)
    : finding("system", "bad", found, "it needs glibc 2.31 (Debian 11, Ubuntu 20.04)");
}

/** How much a process may have: descriptors, threads, mappings, memory, processors. */
export function checkLimits(read: Read = readSystem): Finding[] {
  return [checkFiles(read), checkTasks(read), checkMappings(read), checkAddresses(read), checkMemory(read)];
}

function checkFiles(read: Read): Finding {
  const most = processLimit(read, "Max open files");
  const found = `${shownCount(most)} open files`;
  if (most >= FILES_MINIMUM) return finding("files", "ok", found);
  return finding(
    "files",
    "warn",
    found,
    `ulimit -n ${FILES_MINIMUM}: each connection of a guest and each child process takes some`,
  );
}

function checkTasks(read: Read): Finding {
  const cgroup = Number(read("/sys/fs/cgroup/pids.max")?.trim() ?? NaN);
  const most = Math.min(processLimit(read, "Max processes"), Number.isNaN(cgroup) ? Infinity : cgroup);
  const found = `${shownCount(most)} processes and threads`;
  if (most >= TASKS_MINIMUM) return finding("threads", "ok", found);
  return finding("threads", "warn", found, "raise pids.max or ulimit -u: a child process has eight threads and more");
}

function checkMappings(read: Read): Finding {
  const most = Number(read("/proc/sys/vm/max_map_count") ?? NaN);
  if (Number.isNaN(most)) return finding("mappings", "ok", "vm.max_map_count is not told");
  const found = `vm.max_map_count is ${most}`;
  if (most >= MAPPINGS_MINIMUM) return finding("mappings", "ok", found);
  return finding(
    "mappings",
    "warn",
    found,
    `sysctl vm.max_map_count=${MAPPINGS_MINIMUM}: isolates are refused at three quarters of it`,
  );
}

/** V8 reserves more than it uses. */
function checkAddresses(read: Read): Finding {
  const most = processLimit(read, "Max address space");
  if (most === Infinity) return finding("addresses", "ok", "address space is unlimited");
  return finding(
    "addresses",
    "warn",
    `address space is limited to ${mib(most)}`,
    "ulimit -v unlimited: V8 reserves addresses that it does not use",
  );
}

function checkMemory(read: Read): Finding {
  const limit = Number(read("/sys/fs/cgroup/memory.max")?.trim() ?? NaN);
  const total = Number(/^MemTotal:\s+(\d+) kB/m.exec(read("/proc/meminfo") ?? "")?.[1] ?? NaN) * 1024;
  const most = Math.min(Number.isNaN(limit) ? Infinity : limit, Number.isNaN(total) ? Infinity : total);
  if (most === Infinity) return finding("memory", "ok", "memory is not told");
  if (most >= MEMORY_MINIMUM) return finding("memory", "ok", mib(most));
  return finding("memory", "warn", mib(most), "an isolate may hold 128 MiB unless memoryMb says otherwise");
}

function processLimit(read: Read, name: string): number {
  const soft = new RegExp(`^${name}\\s+(\\d+|unlimited)`, "m").exec(read("/proc/self/limits") ?? "")?.[1];
  return soft === undefined || soft === "unlimited" ? Infinity : Number(soft);
}

function shownCount(most: number): string {
  return most === Infinity ? "unlimited" : `at most ${most}`;
}

function mib(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
