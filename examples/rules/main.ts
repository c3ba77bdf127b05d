// A day's payments under load: what was decided, what failed, and how long it took.
//   bun examples/rules/main.ts [COUNT]
import { PoolExhaustedError } from "network-runtime/pool";
import { payments, rules } from "./customers.ts";
import { RulesEngine } from "./engine.ts";

const AT_ONCE = 64;

const all = payments(Number(process.argv[2] ?? 100));
using engine = await RulesEngine.open(rules, { warm: 8, max: 16, waitingMax: 100 });

const counts = new Map<string, number>();
const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
const times: number[] = [];

let next = 0;
async function client(): Promise<void> {
  for (let payment = all[next++]; payment; payment = all[next++]) {
    // One in a hundred has rules that never end, one has rules with a mistake.
    const customer =
      payment.id % 100 === 98 ? "greedy" : payment.id % 100 === 99 ? "mistaken" : payment.id % 2 ? "shop" : "bank";
    const startedAt = performance.now();
    const decision = await engine.decide(customer, payment);
    times.push(performance.now() - startedAt);
    count("failed" in decision ? `${customer}: ${decision.failed}` : `${customer}: ${decision.outcome}`);
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, client));
for (const [what, times] of [...counts].sort()) console.log(`${what}: ${times}`);

// More at once than may wait: those beyond are told at once, and nothing piles up.
const burst = await Promise.allSettled(payments(200).map((payment) => engine.decide("bank", payment)));
const refused = burst.filter(
  ({ status, ...rest }) => status === "rejected" && "reason" in rest && rest.reason instanceof PoolExhaustedError,
);
console.log(`burst of ${burst.length}: ${burst.length - refused.length} decided, ${refused.length} told to come again`);

times.sort((a, b) => a - b);
const percentile = (part: number): string => times[Math.floor(part * (times.length - 1))]!.toFixed(1);
console.error(`${times.length} decisions, p50 ${percentile(0.5)} ms, p99 ${percentile(0.99)} ms, ${AT_ONCE} at once`);
