/** Three customers' rules, and a day's payments. */
import type { Payment } from "./engine.ts";

/** By customer. */
export const rules = new Map([
  [
    "bank",
    `if (payment.amount > 1_000) flag("large", 30 + payment.amount / 100);
     if (payment.hour < 5) flag("at night", 30);
     if (!["SE", "NO", "DK"].includes(payment.country)) flag("abroad", 40);`,
  ],
  [
    // It would count the payments of an account, if it were let.
    "shop",
    `globalThis.seen = (globalThis.seen ?? 0) + 1;
     if (seen > 1) flag("seen before", 1_000);
     const limits: Record<string, number> = { SE: 500, NO: 400 };
     if (payment.amount > (limits[payment.country] ?? 100)) flag("over the limit", 60);`,
  ],
  ["greedy", `if (payment.id % 2 === 0) for (;;);`],
  ["mistaken", `if (payment.amont.value > 5) flag("typo", 1);`],
]);

/** So many payments, the same each time. */
export function payments(count: number): Payment[] {
  const countries = ["SE", "NO", "DK", "FR", "US"];
  return Array.from({ length: count }, (_, id) => ({
    id,
    account: `account ${(id * 7919) % 97}`,
    country: countries[(id * 31) % countries.length]!,
    amount: ((id * 104_729) % 200_000) / 100,
    hour: (id * 13) % 24,
  }));
}
