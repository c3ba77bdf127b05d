/** Which decoded objects have many keys: JavaScript tells only by listing them all. */

/** Keys of one object up to which listing them costs next to nothing. */
export const FEW_KEYS = 1024;

const large = new WeakSet<object>();

/** The decoder has counted more than FEW_KEYS. */
export function noteLarge(object: object): void {
  large.add(object);
}

/** Whether an object came from a guest with more than FEW_KEYS keys. */
export function isLarge(object: object): boolean {
  return large.has(object);
}
