// Temporal's Rust as one object: build/v8/temporal, from the crates that are there.
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zig } from "../setup/paths.mjs";
import { run } from "../setup/run.mjs";
import { recipeFolder } from "./version.mjs";

/**
 * @param {string} folder where it works
 * @param {string} vendor the crates
 * @param {string} rust the target's name for Rust
 * @param {string} object what it writes
 */
export async function buildTemporal(folder, vendor, rust, object) {
  const crate = join(recipeFolder, "temporal");
  const work = join(folder, "temporal");
  mkdirSync(work, { recursive: true });
  // Macros are linked for this machine, by whatever is called cc: Zig is there.
  const linker = join(work, "cc");
  writeFileSync(linker, `#!/bin/sh\nexec "${zig}" cc "$@"\n`);
  chmodSync(linker, 0o755);
  const emitted = join(work, "nr_temporal.o");
  const args = [
    ...["rustc", "--quiet", "--release", "--locked", "--offline", "--manifest-path", join(crate, "Cargo.toml")],
    // Named even if it is this machine's: flags are then not for the macros.
    ...["--target", rust, "--target-dir", join(work, "target")],
    ...["--config", 'source.crates-io.replace-with="vendored"', "--config", `source.vendored.directory="${vendor}"`],
    // Of the archive that cargo makes, the names of members change with the folder.
    ...["--", `--emit=obj=${emitted}`],
  ];
  const env = {
    RUSTFLAGS: `--remap-path-prefix=${vendor}=vendor --remap-path-prefix=${crate}=temporal`,
    CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER: linker,
    // It may name compilers and flags of its own.
    CARGO_BUILD_RUSTC_WRAPPER: "",
  };
  await run("cargo rustc (Temporal)", "cargo", args, { cwd: work, env });
  copyFileSync(emitted, object);
}
