import { afterAll, expect, test } from "bun:test";
import { EvaluationError, TerminatedError } from "network-runtime";
import { Host } from "./host.ts";

const source = await Bun.file(new URL("../guest/total.ts", import.meta.url)).text();
const host = new Host();
afterAll(() => host[Symbol.dispose]());

test("a guest sums up an order", async () => {
  expect(await host.total(source, ["tea", "cake"])).toBe(8);
});

test("what a guest throws arrives, with its place", async () => {
  const failure: unknown = await host.total(source, ["gold"]).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(EvaluationError);
  expect((failure as EvaluationError).guest).toMatchObject({ name: "RangeError", message: "there is no gold" });
});

test("a guest that does not end is ended", async () => {
  await expect(host.total("export const total = () => { for (;;); };", [])).rejects.toThrow(TerminatedError);
});

test("a guest has nothing of the host", async () => {
  const nosy = "export const total = () => [typeof process, typeof Bun, typeof require].join();";
  await expect(host.total(nosy, [])).rejects.toThrow("gave no number");
});
