import { $ } from "bun";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { cache, root } from "../setup/paths.mjs";
import { compileLibrary } from "./compile.ts";
import { enginePackage, LEGAL_FILES, libraryPackage, type Manifest } from "./manifests.ts";

/** What to pack, and where to. */
export interface PackOptions {
  /** Folder for the two files; made if need be. */
  readonly out: string;
  /** The built engine. */
  readonly engine: string;
}

/** Writes both packages and returns their paths: the library's first, then the engine's. */
export async function pack({ out, engine }: PackOptions): Promise<[library: string, engine: string]> {
  return [
    await staged(out, (staging, manifest) => stageLibrary(staging, manifest, out)),
    await staged(out, (staging, manifest) => stageEngine(staging, manifest, engine, out)),
  ];
}

/** Writes the library's package only and returns its path. */
export function packLibrary(out: string): Promise<string> {
  return staged(out, (staging, manifest) => stageLibrary(staging, manifest, out));
}

async function staged(out: string, stage: (staging: string, manifest: Manifest) => Promise<string>): Promise<string> {
  await mkdir(out, { recursive: true });
  await mkdir(cache, { recursive: true });
  const staging = await mkdtemp(join(cache, "pack-"));
  try {
    return await stage(staging, (await Bun.file(join(root, "package.json")).json()) as Manifest);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function stageLibrary(staging: string, manifest: Manifest, out: string): Promise<string> {
  const folder = join(staging, "library");
  await compileLibrary(join(folder, "lib"), join(staging, "compiled"));
  for (const path of manifest.files) {
    if (path === "lib") continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await cp(join(root, path), join(folder, path), { recursive: true });
  }
  return tarball(folder, libraryPackage(manifest), out);
}

async function stageEngine(folder: string, manifest: Manifest, engine: string, out: string): Promise<string> {
  const { files, manifest: own } = enginePackage(manifest);
  for (const [name, text] of Object.entries(files)) await Bun.write(join(folder, name), text);
  for (const name of LEGAL_FILES) await cp(join(root, name), join(folder, name));
  await cp(engine, join(folder, "libnetwork_runtime.so"));
  return tarball(folder, own, out);
}

async function tarball(folder: string, manifest: Manifest, out: string): Promise<string> {
  await Bun.write(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const printed = await $`${process.execPath} pm pack --quiet --ignore-scripts --destination ${out}`.cwd(folder).text();
  return join(out, basename(printed.trim().split("\n").at(-1)!));
}
