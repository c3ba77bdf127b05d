/** A plugin of several modules in TypeScript: its handler is called from the host, its errors name its own lines. */
import { EvaluationError, V8Sandbox } from "network-runtime";

using sandbox = new V8Sandbox({ cpuMs: 500 });
const isolate = await sandbox.createIsolate();

const modules = {
  "./main.ts": `
import { total } from "./lib/total.ts";
import menu from "./menu.json" with { type: "json" };

interface Order {
  readonly items: readonly string[];
}

export function handler(order: Order): number {
  return total(order.items.map((item) => menu[item as keyof typeof menu] ?? fail(item)));
}

function fail(item: string): never {
  throw new RangeError(\`no \${item} today\`);
}
`,
  "./lib/total.ts": "export const total = (prices: number[]): number => prices.reduce((sum, price) => sum + price, 0);",
  "./menu.json": '{ "tea": 3, "cake": 5 }',
};

/** What the guest's module looks like from here. */
interface Plugin {
  handler(order: { readonly items: readonly string[] }): number;
}

const plugin = await isolate.import<Plugin>("./main.ts", { modules });
console.log(await plugin.handler({ items: ["tea", "cake", "tea"] }));
try {
  await plugin.handler({ items: ["coffee"] });
} catch (error) {
  if (!(error instanceof EvaluationError)) throw error;
  const { message, filename, lineno } = error.guest;
  console.log(`${message} (${filename}:${lineno})`);
}
