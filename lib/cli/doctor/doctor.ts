/** `doctor`: looks at this system, and says what to do. */
import { printLine, toJson } from "../terminal/print.ts";
import type { Finding } from "./check.ts";
import { checkBun, checkEngine, checkProcesses } from "./engine.ts";
import { checkLimits, checkPlatform } from "./system.ts";

const EXIT_BAD = 1;

/** @returns the exit code: whether guests run here */
export async function runDoctor({ json }: { readonly json: boolean }): Promise<number> {
  const findings = [
    checkPlatform(),
    checkBun(),
    ...(await checkEngine()),
    ...(await checkProcesses()),
    ...checkLimits(),
  ];
  const ok = findings.every(({ state }) => state !== "bad");
  if (json) printLine(process.stdout, toJson({ ok, findings }));
  else for (const line of findings.flatMap(linesOf)) printLine(process.stdout, line);
  return ok ? 0 : EXIT_BAD;
}

function linesOf({ name, state, found, advice }: Finding): string[] {
  const first = `${state.padEnd(5)}${name.padEnd(18)}${found}`;
  return advice === undefined ? [first] : [first, `${" ".repeat(23)}-> ${advice}`];
}
