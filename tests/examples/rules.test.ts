import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { payments } from "../../examples/rules/customers.ts";
import { runFile } from "../api/harness.ts";

test("every payment is decided as the rules say, and by nothing that came before it", async () => {
  const { stdout, stderr, exitCode } = await runFile(resolve(import.meta.dir, "../../examples/rules/main.ts"));
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/^100 decisions, p50 /);
  const expected: Record<string, number> = {};
  for (const { id, amount, hour, country } of payments(100)) {
    let what: string;
    if (id % 100 === 98) what = "greedy: cpu_limit_exceeded";
    else if (id % 100 === 99)
      what = "mistaken: TypeError: Cannot read properties of undefined (reading 'value') (mistaken.ts:1)";
    else if (id % 2) what = amount > ({ SE: 500, NO: 400 }[country] ?? 100) ? "shop: review" : "shop: accept";
    else {
      const foreign = ["SE", "NO", "DK"].includes(country) ? 0 : 40;
      const score = (amount > 1_000 ? 30 + amount / 100 : 0) + (hour < 5 ? 30 : 0) + foreign;
      what = `bank: ${score >= 100 ? "refuse" : score >= 50 ? "review" : "accept"}`;
    }
    expected[what] = (expected[what] ?? 0) + 1;
  }
  const lines = Object.entries(expected).map(([what, times]) => `${what}: ${times}`);
  expect(stdout.split("\n")).toEqual([...lines.sort(), "burst of 200: 116 decided, 84 told to come again", ""]);
});
