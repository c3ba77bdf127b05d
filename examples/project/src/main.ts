// A guest at its work, and one that hangs: bun start
import { Host } from "./host.ts";

const source = await Bun.file(new URL("../guest/total.ts", import.meta.url)).text();
using host = new Host();
console.log(`total: ${await host.total(source, ["tea", "cake", "tea"])}`);

const hog = "export function total() { for (;;); }";
await host.total(hog, []).catch((error: Error) => console.log(`a hog: ${error.message}`));
