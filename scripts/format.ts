// npm run format: rewrites every source file in the project's style.
// It makes docs/errors.md, too.
import { join } from "node:path";
import { formatters, runCheck } from "./checks/formatters.ts";
import { errorsPage } from "./docs/errors.ts";
import { root } from "./setup/paths.mjs";

await Bun.write(join(root, "docs/errors.md"), await errorsPage());

let failed = false;
for (const formatter of formatters("write")) failed = !(await runCheck(formatter)) || failed;
process.exitCode = failed ? 1 : 0;
