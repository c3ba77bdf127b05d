/**
 * Sets properties of decoded objects whose keys a guest chose. Plain assignment is fastest and right for most keys. These
 * are the others: `__proto__` and whatever else Object.prototype holds, and indexes far from what is there already, for
 * which JavaScriptCore would allocate all the elements in between.
 */
import { arrayIndex } from "./array-keys.ts";

const ObjectPrototype = Object.prototype;
/** An object that once had this element keeps its elements in a map from then on, however far apart they are. */
const LAST_INDEX = "4294967294";
/** Holes a message may cause beyond its own number of bytes. */
const HOLES_FREE = 64;

/** Whether `object[key] = value` does just that, for an object literal, at no cost in memory. */
export function isPlainKey(key: string): boolean {
  const first = key.charCodeAt(0);
  return !(first >= 48 && first <= 57) && !(key in ObjectPrototype);
}

/** Defines an own data property, as an object literal would, whatever is inherited. */
export function defineProperty(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Counts the holes of one message's arrays and objects, so that they never take more memory than the message. */
export class HoleBudget {
  #left = 0;

  /** Starts on a message of this many bytes. */
  reset(byteLength: number): void {
    this.#left = byteLength + HOLES_FREE;
  }

  #spend(holes: number): boolean {
    if (holes > this.#left) return false;
    this.#left -= holes;
    return true;
  }

  /** An array of that many holes. */
  newSparseArray(length: number): unknown[] {
    const array: unknown[] = [];
    // The longest array there is does not get any elements, nor does what it is cut down to.
    if (!this.#spend(length)) array.length = 2 ** 32 - 1;
    array.length = length;
    return array;
  }

  /**
   * `object[key] = value` for a key that is not a plain one.
   *
   * @param highest - the highest index the object has, -1 if none
   * @returns the highest index it has now
   */
  put(object: Record<string, unknown>, key: string, value: unknown, highest: number): number {
    const index = arrayIndex(key);
    if (index < 0) {
      defineProperty(object, key, value);
      return highest;
    }
    if (index > highest + 1 && !this.#spend(index - highest) && !Object.hasOwn(object, LAST_INDEX)) {
      object[LAST_INDEX] = undefined;
      delete object[LAST_INDEX];
    }
    object[key] = value;
    return Math.max(index, highest);
  }
}
