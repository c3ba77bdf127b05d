import { Glob } from "bun";
import { join } from "node:path";
import { root } from "../setup/paths.mjs";
import type { Check } from "./formatters.ts";

const bin = join(root, "node_modules/.bin");

/** One type check for each tsconfig.json: the guest's code has other globals than the host's. */
export function typeChecks(): Check[] {
  const projects = [
    "tsconfig.json",
    ...new Glob("{prelude,lib/dashboard,tests,bench,examples}/**/tsconfig.json").scanSync(root),
  ];
  return projects.sort().map((project) => ({
    name: `tsc ${project}`,
    command: [join(bin, "tsc"), "--noEmit", "--project", join(root, project)],
  }));
}

/** The reference, made and thrown away: every public symbol must be documented and every link lead somewhere. */
export function documentationCheck(): Check {
  return { name: "typedoc", command: [join(bin, "typedoc"), "--emit", "none", "--logLevel", "Warn"] };
}
