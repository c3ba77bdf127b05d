/** Functions of the host for the guest, values for its script, and a name for its isolate. */
import { V8Sandbox, tool } from "network-runtime";
import type { StandardSchema } from "network-runtime";

/** As zod, valibot or arktype would make it. */
const quantity: StandardSchema<number> = {
  "~standard": {
    version: 1,
    vendor: "example",
    validate: (value) =>
      Number.isSafeInteger(value) ? { value: value as number } : { issues: [{ message: "expected a whole number" }] },
  },
};

using sandbox = new V8Sandbox();
const isolate = await sandbox.createIsolate({ name: "shop 7", data: { discount: 0.5 } });

const prices: Record<string, number> = { tea: 3, cake: 5 };
isolate.expose("shop", {
  price: (item: string) => prices[item] ?? 0,
  cart: { order: tool(quantity, (count, ctx) => `${count} ordered by ${ctx.isolate.name}`) },
});

const script = `
  const all = await Promise.all(items.map((item) => shop.price(item)));
  [all.reduce((sum, price) => sum + price, 0), await shop.cart.order(items.length)]`;
console.log(...(await isolate.evaluate(script, { args: { items: ["tea", "cake", "tea"] } })));
console.log(await isolate.evaluate("shop.cart.order('many').catch((error) => error.message)"));
