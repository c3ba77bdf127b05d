/** Guests' bundles of about 1 MB. */
import { bundleGuest } from "../../lib/bundle/index.ts";

const BYTES = 1024 * 1024;

export const bundles: Readonly<Record<"functions" | "packages", () => Promise<string>>> = { functions, packages };

/** Code of which little runs at first, as of a library that is used in part. */
async function functions(): Promise<string> {
  let text = "";
  for (let n = 0; text.length < BYTES; n++) text += declarations(n);
  return `${text}\nexport const handler = (event) => compute0(event);`;
}

function declarations(n: number): string {
  const branches = Array.from(
    { length: 24 },
    (_, i) =>
      `    if (item.kind === "k${n}-${i}" && item.value > ${i}) total += item.value * ${i + 1} - (item.other?.length ?? ${n});\n`,
  );
  return `export function compute${n}(list) {\n  let total = ${n};\n  for (const item of list) {\n${branches.join("")}  }\n  return total;\n}\n`;
}

/** Whole packages, each of which runs its own beginning. */
async function packages(): Promise<string> {
  const entry = new URL("./packages.ts", import.meta.url).pathname;
  const { modules } = await bundleGuest(entry, {});
  return Object.values(modules)
    .map((module) => (typeof module === "string" ? module : module.source))
    .join("\n");
}
