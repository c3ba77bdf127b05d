// A sheet of 10,000 orders: columns by formulas, an edit, mistakes, and a formula that never ends.
//   bun examples/spreadsheet/main.ts
import { V8Sandbox } from "network-runtime";
import { orders } from "./orders.ts";
import { Spreadsheet } from "./spreadsheet.ts";

using sandbox = new V8Sandbox();
using sheet = new Spreadsheet(sandbox, orders());

await sheet.define("Total", "=ROUND({Price} * {Count} * (1 - {Discount}), 2)");
await sheet.define("Each", "=ROUND({Total} / {Count}, 2)");
await sheet.define("Kind", '=IFS({Total} > 400, "large", {Total} > 0, "small", TRUE(), "none")');
await sheet.define("Share", "=ROUND({Total} / SUM({Total:}) * 100, 4)");

const row = async (at: number): Promise<void> => {
  const cells = await Promise.all(["Item", "Total", "Each", "Kind"].map((name) => sheet.values(name, at, at + 1)));
  console.log(`row ${at}:`, cells.flat().join(" | "));
};
for (const at of [0, 1, 2, 9_999]) await row(at);
const totals = (await sheet.values("Total")) as number[];
console.log("rows:", totals.length, "sum:", totals.reduce((sum, total) => sum + total, 0).toFixed(2));

await sheet.define("Average", "={Total} / {Count}");
await sheet.edit("Count", 0, 0);
console.log("nothing ordered:", (await sheet.values("Average", 0, 1))[0]);

const mistakes = [
  "={Price} *",
  "={Prise} * 2",
  "=NOSUCH({Price})",
  "={Item} * 1",
  "={Circle} + 1",
  '=eval("for (;;);")',
];
for (const formula of mistakes) {
  try {
    await sheet.define("Circle", formula);
    console.log(formula, "->", (await sheet.values("Circle", 1, 2))[0]);
  } catch (error) {
    console.log(formula, "->", String(error));
  }
}
await sheet.define("Circle", "={Count} + 1");
await row(1);
