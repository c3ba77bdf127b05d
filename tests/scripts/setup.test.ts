import { expect, test } from "bun:test";
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/setup/paths.mjs";

const node = Bun.which("node")!;

/** Commands that look like those set-up needs, and bring nothing. */
const TOOLS = { npm: "exit 1", "apt-get": "exit 1", "dpkg-deb": "exit 1", tar: "exit 1", xz: "exit 1" };

/** A copy of the set-up scripts in a folder that has nothing else, and a PATH with the named commands only. */
function emptyClone(commands: Readonly<Record<string, string>>): { path: string; bin: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "network-runtime-setup-"));
  cpSync(join(root, "scripts"), join(path, "scripts"), { recursive: true });
  copyFileSync(join(root, "package.json"), join(path, "package.json"));
  copyFileSync(join(root, "package-lock.json"), join(path, "package-lock.json"));
  const bin = join(path, "bin");
  mkdirSync(bin);
  for (const [name, script] of Object.entries(commands)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return { path, bin, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

async function setup(
  clone: { path: string; bin: string },
  env: Record<string, string> = {},
): Promise<{ stderr: string; stdout: string; exitCode: number }> {
  const child = Bun.spawn([node, "scripts/setup.mjs"], {
    cwd: clone.path,
    env: { PATH: clone.bin, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { stdout, stderr, exitCode };
}

test("missing prerequisites are named all at once, with the command that brings them", async () => {
  using clone = emptyClone({ npm: "exit 1", tar: "exit 0" });
  const { stderr, stdout, exitCode } = await setup(clone);
  expect(stderr).toContain("- tar and xz (they unpack V8)");
  expect(stderr).toContain("- apt-get and dpkg-deb (they fetch OpenSSL)");
  expect(stderr).toContain("sudo apt-get install tar xz-utils apt dpkg");
  expect(stderr).not.toContain("at ");
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
});

test("npm test still ends with its one line of counts", async () => {
  using clone = emptyClone({});
  const { stdout, exitCode } = await setup(clone, { npm_lifecycle_event: "test" });
  expect({ stdout, exitCode }).toEqual({ stdout: "0 passed, 1 failed\n", exitCode: 1 });
});

test("a command of set-up that fails is tried again, then named with its exit code", async () => {
  using clone = emptyClone({ ...TOOLS, npm: "exit 3" });
  const { stderr, exitCode } = await setup(clone);
  expect(stderr).toContain("npm ci failed (exit code 3), attempt 3 of 3");
  expect(stderr).toContain("npm ci failed: exit code 3");
  expect(exitCode).toBe(1);
});

/** A clone whose archive of V8 and manifest are these. */
function withV8(clone: { path: string }, archive: string | undefined, sha256: string): void {
  symlinkSync(join(root, "node_modules"), join(clone.path, "node_modules"));
  mkdirSync(join(clone.path, "build/v8"), { recursive: true });
  const manifest = { v8: "15.2", archive: { sha256, size: 7 } };
  writeFileSync(join(clone.path, "build/v8/linux-x64-gnu.json"), JSON.stringify(manifest));
  if (archive !== undefined) writeFileSync(join(clone.path, "build/v8/linux-x64-gnu.tar.xz"), archive);
}

test("an archive of V8 that is not what its manifest says is refused, and the way out is named", async () => {
  using clone = emptyClone(TOOLS);
  withV8(clone, "forged\n", "0".repeat(64));
  const { stderr, exitCode } = await setup(clone);
  expect(stderr).toContain("build/v8/linux-x64-gnu.tar.xz is not what its manifest says.");
  expect(stderr).toContain(`expected ${"0".repeat(64)}`);
  expect(stderr).toContain(new Bun.CryptoHasher("sha256").update("forged\n").digest("hex"));
  expect(stderr).toContain("git checkout -- build/v8");
  expect(exitCode).toBe(1);
});

test("a clone without an archive of V8 says how one is built, and how long that takes", async () => {
  using clone = emptyClone(TOOLS);
  withV8(clone, undefined, "0".repeat(64));
  const { stderr, exitCode } = await setup(clone);
  expect(stderr).toContain("This clone has no V8 for linux-x64-gnu. Build it: npm run v8 (half an hour");
  expect(exitCode).toBe(1);
});

test("an OpenSSL of another series is refused, and the way out is named", async () => {
  using clone = emptyClone({
    "apt-get": 'for last; do :; done; [ "$last" = libssl-dev ] && echo forged > libssl-dev_3.0.19-1_amd64.deb; exit 0',
    "dpkg-deb": 'case "$3" in Package) echo libssl-dev;; Architecture) echo amd64;; *) echo 3.0.19-1;; esac',
  });
  const child = Bun.spawn(
    [
      node,
      "-e",
      'import("./scripts/setup/openssl.mjs").then((module) => module.openssl.ensure()).catch((error) => console.error(error.message))',
    ],
    { cwd: clone.path, env: { PATH: `${clone.bin}` }, stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  );
  const stderr = await child.stderr.text();
  expect(stderr).toContain("apt-get downloaded libssl-dev 3.0.19-1, but that of trixie is needed");
  expect(stderr).toContain("NETWORK_RUNTIME_OPENSSL");
});

test("a Brotli of another series is refused, and the way out is named", async () => {
  using clone = emptyClone({
    "apt-get":
      'for last; do :; done; [ "$last" = libbrotli-dev ] && echo forged > libbrotli-dev_2.0-1_amd64.deb; exit 0',
    "dpkg-deb": 'case "$3" in Package) echo libbrotli-dev;; Architecture) echo amd64;; *) echo 2.0-1;; esac',
  });
  const child = Bun.spawn(
    [
      node,
      "-e",
      'import("./scripts/setup/brotli.mjs").then(({ brotli }) => brotli.ensure()).catch((error) => console.error(error.message))',
    ],
    { cwd: clone.path, env: { PATH: `${clone.bin}` }, stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  );
  const stderr = await child.stderr.text();
  expect(stderr).toContain("apt-get downloaded libbrotli-dev 2.0-1, but that of bookworm is needed");
  expect(stderr).toContain("NETWORK_RUNTIME_BROTLI");
});

test("sources of ada that are not the pinned ones are refused", async () => {
  using clone = emptyClone({
    ...TOOLS,
    "apt-get": `case "$*" in
      *indextargets*) echo Debian main http://mirror.invalid/debian ;;
      *source*) echo forged > ada-url_3.4.4.orig.tar.gz ;;
    esac`,
  });
  symlinkSync(join(root, "node_modules"), join(clone.path, "node_modules"));
  const v8 = join(clone.path, "v8");
  mkdirSync(join(v8, "lib"), { recursive: true });
  writeFileSync(join(v8, "lib/libv8.a"), "");
  const { stderr, exitCode } = await setup(clone, { NETWORK_RUNTIME_V8: v8 });
  expect(stderr).toContain("expected db74b85968410b59d591aeebf0babe76bf5da44dd8969b0bf001039c9d697aa3");
  expect(stderr).toContain("NETWORK_RUNTIME_ADA");
  expect(exitCode).toBe(1);
});
