/** What either side asks of an async generator of the other's: its number alone, or the number, what to do and a value. */

/** What to do with it. */
export type Step = "next" | "return" | "throw";

/** A step that was asked for. */
export interface Asked {
  readonly id: unknown;
  readonly step: Step;
  readonly value: unknown;
}

/** @param data - what a guest asks for: unchecked */
export function toAsked(data: unknown): Asked {
  if (!Array.isArray(data)) return { id: data, step: "next", value: undefined };
  const [id, step, value] = data as unknown[];
  return { id, step: step === "return" || step === "throw" ? step : "next", value };
}

/** The next piece is the usual thing to ask for: the number says it all. */
export function toAsk(id: number, step: Step, value: unknown): number | readonly [number, Step, unknown] {
  return step === "next" && value === undefined ? id : [id, step, value];
}

/** One step of an async generator. */
export function take(
  iterator: AsyncGenerator<unknown, unknown, unknown>,
  step: Step,
  value: unknown,
): Promise<IteratorResult<unknown, unknown>> {
  if (step === "return") return iterator.return(value);
  return step === "throw" ? iterator.throw(value) : iterator.next(value);
}
