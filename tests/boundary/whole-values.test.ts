// What is thrown and is no error: of some objects the value as a whole crosses, of others their properties. Which of the
// two is one rule, which the engine has for what guests throw and the library for what the host throws.
import { expect, test } from "bun:test";
import { EvaluationError } from "network-runtime";
import { createGuest } from "../guest/guest.ts";

/** Expressions that mean the same in both, and whether they are values as a whole. */
const KINDS: readonly (readonly [expression: string, isWhole: boolean])[] = [
  ["[1]", true],
  ["new Map([[1, 2]])", true],
  ["new Set([1])", true],
  ["new Date(5)", true],
  ["/a/g", true],
  ["new ArrayBuffer(2)", true],
  ["new ArrayBuffer(2, { maxByteLength: 4 })", true],
  ["new Uint8Array(2)", true],
  ["new DataView(new ArrayBuffer(2))", true],
  ["new Boolean(true)", true],
  ["new Number(1)", true],
  ['new String("s")', true],
  ["Object(1n)", true],
  ["new (class extends Array {})(1, 2)", true],
  ["new (class extends Map {})([[1, 2]])", true],
  ["{}", false],
  ["Object.create(null)", false],
  ["new (class Own {})()", false],
  ["Object(Symbol())", false],
  ["Promise.resolve()", false],
  ["new WeakMap()", false],
  ["new WeakSet()", false],
  ["(function* () {})()", false],
  ["new Map().values()", false],
  ["(function () { return arguments; })()", false],
  ["new Intl.NumberFormat()", false],
  ["new URLSearchParams()", false],
  ["new Headers()", false],
];

test.each(KINDS)("%s", async (expression, isWhole) => {
  const guest = await createGuest();
  const thrown = `Object.assign(${expression}, { own: 1 })`;
  const error: unknown = await guest.evaluate(`throw ${thrown}`).catch((reason: unknown) => reason);
  const { data } = (error as EvaluationError).guest;
  expect(data !== undefined && Object.getPrototypeOf(data) !== Object.prototype).toBe(isWhole);
  if (!isWhole) expect(data).toEqual({ own: 1 });
  guest.onRequest("throws", () => {
    throw (0, eval)(`(${thrown})`);
  });
  expect(
    await guest.evaluate(
      `let seen; try { await NETWORK.request("throws"); } catch (e) { seen = ["cause" in e, Object.hasOwn(e, "own")]; } seen`,
    ),
  ).toEqual([isWhole, !isWhole]);
});
