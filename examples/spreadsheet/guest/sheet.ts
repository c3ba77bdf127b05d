// The sheet inside: columns of values, columns of formulas, computed in the order in which they need each other.
import * as functions from "@formulajs/formulajs";

type Cell = number | string | boolean | null;
type Compiled = (cell: (name: string) => unknown, column: (name: string) => unknown[]) => unknown;

const columns = new Map<string, unknown[]>();
const formulas = new Map<string, { readonly compiled: Compiled; readonly needs: readonly string[] }>();
let rows = 0;

/** Errors are values in a sheet: `#DIV/0!`. */
class CellError {
  readonly code: string;
  constructor(code: string) {
    this.code = code;
  }
}

/** Takes values over, a column each. */
export function load(given: Record<string, Cell[]>): void {
  for (const [name, values] of Object.entries(given)) {
    columns.set(name, values);
    rows = values.length;
  }
}

/** One value changes; what is computed of it does when it is next asked for. */
export function edit(name: string, row: number, value: Cell): void {
  columns.get(name)![row] = value;
  for (const formula of formulas.keys()) columns.delete(formula);
}

/**
 * A column by a formula: JavaScript's operators, Excel's functions, `{Column}` for the row's cell and `{Column:}` for all of a
 * column.
 */
export function define(name: string, formula: string): void {
  const needs: string[] = [];
  const text = formula.replace(/^=/, "").replace(/\{([\w ]+)(:?)\}/g, (_, column: string, all: string) => {
    needs.push(column);
    return `${all ? "column" : "cell"}(${JSON.stringify(column)})`;
  });
  const names = Object.keys(functions).filter((key) => key !== "default");
  const make = new Function(...names, `"use strict"; return (cell, column) => (${text}\n);`);
  const compiled = make(...names.map((key) => once((functions as Record<string, unknown>)[key]))) as Compiled;
  formulas.set(name, { compiled, needs });
  for (const computed of formulas.keys()) columns.delete(computed);
}

/** Values of a column, computed if need be; errors as their codes. */
export function values(name: string, from = 0, to = rows): Cell[] {
  return compute(name, [])
    .slice(from, to)
    .map((value) => shown(value));
}

function compute(name: string, above: readonly string[]): unknown[] {
  const known = columns.get(name);
  if (known) return known;
  const formula = formulas.get(name);
  if (!formula) throw new RangeError(`there is no column ${name}`);
  if (above.includes(name)) throw new RangeError(`columns need each other: ${[...above, name].join(" -> ")}`);
  for (const needed of formula.needs) compute(needed, [...above, name]);
  let row = 0;
  const cell = (column: string): unknown => {
    const value = columns.get(column)![row];
    if (value instanceof CellError) throw value;
    return value;
  };
  const column = (all: string): unknown[] => columns.get(all)!;
  const result: unknown[] = [];
  for (; row < rows; row++) result.push(attempt(() => formula.compiled(cell, column)));
  columns.set(name, result);
  return result;
}

/** What is made of whole columns is the same in every row: `SUM({Total:})` is computed once. */
function once(member: unknown): unknown {
  if (typeof member !== "function") return member;
  let last: readonly unknown[] | undefined;
  let result: unknown;
  return (...args: unknown[]): unknown => {
    if (!args.some(Array.isArray)) return member(...args);
    const same = last?.length === args.length && args.every((arg, index) => Object.is(arg, last?.[index]));
    if (!same) [last, result] = [args, member(...args)];
    return result;
  };
}

function attempt(work: () => unknown): unknown {
  try {
    const value = work();
    if (value instanceof Error) return new CellError(value.message);
    if (typeof value === "number" && !Number.isFinite(value))
      return new CellError(Number.isNaN(value) ? "#NUM!" : "#DIV/0!");
    return value;
  } catch (error) {
    if (error instanceof CellError) return error;
    return new CellError(error instanceof ReferenceError ? "#NAME?" : "#VALUE!");
  }
}

function shown(value: unknown): Cell {
  if (value instanceof CellError) return value.code;
  if (value === null || value === undefined) return null;
  return typeof value === "number" || typeof value === "boolean" ? value : String(value);
}
