/** The API that programs are given: what an npm lockfile says of a project's packages. */
import { defineTools } from "network-runtime/run";
import { z } from "zod";

/** A package-lock.json, as far as it is looked into. */
export interface Lockfile {
  readonly packages: Readonly<
    Record<string, { version: string; license?: string; dependencies?: Record<string, string> }>
  >;
}

const entry = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().describe("SPDX identifier, or 'unknown'"),
  dependencies: z.array(z.string()).describe("names of the packages it needs"),
});

/** Tools over one lockfile. */
export function packageTools(lockfile: Lockfile): ReturnType<typeof defineTools> {
  const all = new Map<string, z.infer<typeof entry>>();
  for (const [path, { version, license = "unknown", dependencies = {} }] of Object.entries(lockfile.packages)) {
    const name = path.replace(/^.*node_modules\//, "");
    if (path !== "" && !all.has(name))
      all.set(name, { name, version, license, dependencies: Object.keys(dependencies) });
  }
  return defineTools({
    packages: defineTools({
      list: {
        description: "Names of packages, sorted, a page at a time.",
        input: z.object({
          prefix: z.string().default("").describe("only names that begin so"),
          offset: z.int().min(0).default(0),
          limit: z.int().min(1).max(50).default(50),
        }),
        output: z.object({ names: z.array(z.string()), total: z.int() }),
        run: ({ prefix, offset, limit }) => {
          const names = [...all.keys()].filter((name) => name.startsWith(prefix)).sort();
          return { names: names.slice(offset, offset + limit), total: names.length };
        },
      },
      get: {
        description: "One package. Fails if there is none of that name.",
        input: z.object({ name: z.string() }),
        output: entry,
        run: ({ name }) => all.get(name) ?? Promise.reject(new Error(`there is no package ${name}`)),
      },
    }),
  });
}
