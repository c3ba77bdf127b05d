/** How large the answers of functions may be that guests call. */

const bounds = new WeakMap<object, number>();

/** @param bytesMax - of what it answers, encoded. @returns the function */
export function boundAnswer<Bounded extends object>(bounded: Bounded, bytesMax: number): Bounded {
  bounds.set(bounded, bytesMax);
  return bounded;
}

/** Bounds a function as another one is. @returns the function */
export function boundAs<Bounded extends object>(like: object, bounded: Bounded): Bounded {
  const bytesMax = bounds.get(like);
  return bytesMax === undefined ? bounded : boundAnswer(bounded, bytesMax);
}

/** @returns bytes; Infinity if nobody said */
export function answerBoundOf(bounded: object): number {
  return bounds.get(bounded) ?? Infinity;
}
