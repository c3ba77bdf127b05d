/** Isolates that are ready before they are wanted: a fresh one for each formula, one for each tenant's webhook. */
import { V8Sandbox } from "network-runtime";
import { IsolatePool } from "network-runtime/pool";

using sandbox = new V8Sandbox();
using pool = new IsolatePool(sandbox, {
  size: 2,
  max: 16,
  isolate: { cpuMs: 50, memoryMb: 32 },
  // The host's own code: every isolate has it before anybody else's runs in it.
  prepare: (isolate) => isolate.evaluate("function round(n) { return Math.round(n * 100) / 100 }"),
});

const rows = [
  { price: 3, count: 7 },
  { price: 0.1, count: 3 },
];
const totals = rows.map((args) => pool.run((isolate) => isolate.evaluate("round(price * count)", { args })));
console.log("totals:", ...(await Promise.all(totals)));

const hog = pool.run((isolate) => isolate.evaluate("for (;;);"));
console.log("hog:", await hog.catch(({ code, reason }) => `${code} ${reason}`));

for (const event of ["push", "release"]) {
  const tenant = await pool.get("tenant 7");
  console.log(
    `${tenant.name}:`,
    await tenant.evaluate("(globalThis.seen ??= []).push(event); seen.join()", { args: { event } }),
  );
}
