/** A guest typed by its host's protocol. Checked by tsc, never run. */
import type { Args, Exposed, Network } from "network-runtime/guest";
import type { Shop } from "./protocol.ts";

declare global {
  interface GuestProtocol extends Shop {}
  const tools: Exposed<Shop>["tools"];
  const currency: Args<Shop>["currency"];
}

NETWORK.on("order", async ({ items }) => {
  const prices = await Promise.all(items.map((item) => NETWORK.request("price", item)));
  const found: string[] = await tools.search("tea", 5, AbortSignal.timeout(5));
  const { n } = await tools.db.get("key");
  NETWORK.send("bill", { total: prices.reduce((sum, price) => sum + price, n + found.length + currency.length) });
});
NETWORK.send("ready");
NETWORK.onRequest("describe", ({ name }) => name.toUpperCase());
NETWORK.onRequest("describe", null);
const handler = (data: undefined): void => console.log(data);
NETWORK.on("stop", handler);
NETWORK.off("stop", handler);
const price: number = await NETWORK.request("price", "tea", { signal: new AbortController().signal });
const untyped: Network = NETWORK as unknown as Network;
untyped.send("anything", { at: "all" });
console.log(price, (await untyped.request("anything")).whatever, await untyped.request<string>("text"));

// @ts-expect-error no such event
NETWORK.on("orders", () => {});
// @ts-expect-error wrong data
NETWORK.send("bill", { total: "5" });
// @ts-expect-error data is missing
NETWORK.send("bill");
// @ts-expect-error no such method
await NETWORK.request("prices", "tea");
// @ts-expect-error wrong argument
await NETWORK.request("price", 5);
// @ts-expect-error wrong result
const text: string = await NETWORK.request("price", "tea");
// @ts-expect-error wrong answer
NETWORK.onRequest("describe", () => 5);
// @ts-expect-error wrong argument
await tools.search(5);
// @ts-expect-error what is exposed is asynchronous
const list: string[] = tools.search("tea");
// @ts-expect-error no such member
NETWORK.close();
// @ts-expect-error not text
currency.toFixed();
console.log(text, list);
