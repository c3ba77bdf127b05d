import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { V8Sandbox } from "network-runtime";
import { orders } from "../../examples/spreadsheet/orders.ts";
import { Spreadsheet } from "../../examples/spreadsheet/spreadsheet.ts";
import { runFile } from "../api/harness.ts";

test("10,000 rows of formulas, an edit, mistakes and a formula that never ends", async () => {
  const { stdout, stderr, exitCode } = await runFile(resolve(import.meta.dir, "../../examples/spreadsheet/main.ts"));
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  expect(stdout.split("\n")).toEqual([
    "row 0: honey | 148.55 | 29.71 | small",
    "row 1: jam | 292.23 | 17.19 | small",
    "row 2: cake | 648.72 | 36.04 | large",
    "row 9999: cake | 241.08 | 34.44 | small",
    "rows: 10000 sum: 2341763.28",
    "nothing ordered: #NUM!",
    "={Price} * -> FormulaError: Unexpected token ')'",
    "={Prise} * 2 -> FormulaError: there is no column Prise",
    "=NOSUCH({Price}) -> #NAME?",
    "={Item} * 1 -> #NUM!",
    "={Circle} + 1 -> FormulaError: columns need each other: Circle -> Circle",
    '=eval("for (;;);") -> FormulaError: the formula takes too much',
    "row 1: jam | 292.23 | 17.19 | small",
    "",
  ]);
});

test("every cell is what the host computes", async () => {
  using sandbox = new V8Sandbox();
  const sheet = orders();
  using spreadsheet = new Spreadsheet(sandbox, structuredClone(sheet));
  await spreadsheet.define("Total", "={Price} * {Count} * (1 - {Discount})");
  await spreadsheet.define("Share", "={Total} / SUM({Total:})");
  const totals = sheet.Price.map(
    (price, row) => Number(price) * Number(sheet.Count[row]) * (1 - Number(sheet.Discount[row])),
  );
  expect(await spreadsheet.values("Total")).toEqual(totals);
  const shares = (await spreadsheet.values("Share")) as number[];
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
});
