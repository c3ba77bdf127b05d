// npm run pack -- --out DIR: writes the two packages that users install.
//   network-runtime-VERSION.tgz                   the library as JavaScript, with its types
//   network-runtime-linux-x64-gnu-VERSION.tgz     @network-runtime/linux-x64-gnu: the stripped engine
import { parseArgs } from "node:util";
import { resolve } from "node:path";
import { pack } from "./pack/pack.ts";
import { engineLibrary } from "./setup/paths.mjs";

const { values } = parseArgs({
  options: { out: { type: "string" }, engine: { type: "string", default: engineLibrary } },
});
if (values.out === undefined) {
  console.error("usage: npm run pack -- --out DIR [--engine FILE]");
  process.exit(2);
}
for (const file of await pack({ out: resolve(values.out), engine: resolve(values.engine) })) console.log(file);
