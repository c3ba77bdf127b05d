/**
 * Streams: queues. https://streams.spec.whatwg.org/#queue-with-sizes
 */
import { NativeRangeError } from "../core/primordials.ts";

interface Entry<T> {
  readonly value: T;
  readonly size: number;
  next: Entry<T> | undefined;
}

/** First in, first out. */
export class Queue<T> {
  length = 0;
  /** Of all entries' sizes. */
  totalSize = 0;
  #first: Entry<T> | undefined;
  #last: Entry<T> | undefined;

  push(value: T, size = 0): void {
    const entry: Entry<T> = { value, size, next: undefined };
    if (this.#last === undefined) this.#first = entry;
    else this.#last.next = entry;
    this.#last = entry;
    this.length++;
    this.totalSize += size;
  }

  /** undefined: empty. */
  peek(): T | undefined {
    return this.#first?.value;
  }

  /** The caller knows that there is one. */
  shift(): T {
    const entry = this.#first!;
    this.#first = entry.next;
    if (entry.next === undefined) this.#last = undefined;
    this.length--;
    this.totalSize -= entry.size;
    // Rounding of sizes that are no integers.
    if (this.totalSize < 0) this.totalSize = 0;
    return entry.value;
  }

  clear(): void {
    this.#first = undefined;
    this.#last = undefined;
    this.length = 0;
    this.totalSize = 0;
  }
}

/** https://streams.spec.whatwg.org/#enqueue-value-with-size. @throws RangeError for a size that is none. */
export function enqueueValueWithSize<T>(queue: Queue<T>, value: T, size: number): void {
  if (!(size >= 0) || size === Infinity)
    throw new NativeRangeError("The chunk's size is not a finite, non-negative number.");
  queue.push(value, size);
}
