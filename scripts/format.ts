// npm run format: rewrites every source file in the project's style.
import { formatters, runCheck } from "./checks/formatters.ts";

let failed = false;
for (const formatter of formatters("write")) failed = !(await runCheck(formatter)) || failed;
process.exitCode = failed ? 1 : 0;
