import { accessSync, constants, statfsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "./paths.mjs";
import { SetupError } from "./run.mjs";

const NODE_MAJOR_MIN = 18;
/** npm packages 0.6 GB, V8 0.25 GB, Zig's caches and the engine 0.7 GB. */
const DISK_GB_MIN = 2;

/** @type {{ what: string, apt: string, present: () => boolean }[]} */
const TOOLS = [
  { what: "the npm command", apt: "npm", present: () => onPath("npm") },
  { what: "tar and xz (they unpack V8)", apt: "tar xz-utils", present: () => ["tar", "xz"].every(onPath) },
  {
    what: "apt-get and dpkg-deb (they fetch OpenSSL)",
    apt: "apt dpkg",
    present: () => Boolean(process.env.NETWORK_RUNTIME_OPENSSL) || ["apt-get", "dpkg-deb"].every(onPath),
  },
];

/**
 * Everything that set-up needs and cannot bring by itself, checked at once so that one message names all of it.
 * @param {{ engine: boolean, freshV8: boolean }} needs engine: the native build is wanted; freshV8: V8 is still to come
 * @throws {SetupError}
 */
export function checkPrerequisites(needs) {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < NODE_MAJOR_MIN) {
    throw new SetupError(`Node.js ${process.versions.node} is too old: ${NODE_MAJOR_MIN} or newer is needed.`);
  }
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new SetupError(
      `${process.platform}-${process.arch} is not supported: the engine is built for linux-x64 (glibc).`,
    );
  }
  if (!needs.engine) return;

  const missing = TOOLS.filter((tool) => !tool.present());
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((tool) => tool.apt))].join(" ");
    throw new SetupError(
      `Missing on this machine:\n${missing.map((tool) => `  - ${tool.what}`).join("\n")}\n` +
        `On Debian 12: sudo apt-get install ${packages}`,
    );
  }
  if (needs.freshV8) {
    const disk = statfsSync(root);
    const freeGb = (disk.bavail * disk.bsize) / 1e9;
    if (freeGb < DISK_GB_MIN) {
      throw new SetupError(`${freeGb.toFixed(1)} GB are free under ${root}; set-up needs ${DISK_GB_MIN} GB.`);
    }
  }
}

/** @param {string} command */
function onPath(command) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
