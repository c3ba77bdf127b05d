/**
 * Timers by (deadline, order of arming): a binary heap in which each timer knows its place.
 *
 * A turn can be terminated inside any loop here. Every step is a swap, so the heap stays a permutation of its timers
 * whatever happens; `#settled` tells the next caller that the order has to be made again.
 */
import { newList } from "../core/primordials.ts";

/** One call of setTimeout or setInterval. */
export class Timer {
  readonly id: number;
  readonly callback: Function | string;
  readonly args: unknown[];
  /** Milliseconds. */
  readonly delay: number;
  readonly repeat: boolean;
  /** The evaluation whose code armed it, 0 if none. */
  readonly evaluation: number;
  nestingLevel = 0;
  cleared = false;
  /** Milliseconds of `Now`. */
  deadline = 0;
  /** Among equal deadlines, the one armed first runs first. */
  sequence = 0;
  /** Place in the heap, -1 when not there. */
  index = -1;

  constructor(
    id: number,
    callback: Function | string,
    args: unknown[],
    delay: number,
    repeat: boolean,
    evaluation: number,
  ) {
    this.id = id;
    this.callback = callback;
    this.args = args;
    this.delay = delay;
    this.repeat = repeat;
    this.evaluation = evaluation;
  }
}

/** See the head of the file. */
export class TimerHeap {
  readonly #timers = newList<Timer>();
  #size = 0;
  #sequence = 0;
  #settled = true;

  get size(): number {
    return this.#size;
  }

  /** The earliest deadline, -1 if there is no timer. */
  deadline(): number {
    this.#settle();
    return this.#size === 0 ? -1 : this.#timers[0]!.deadline;
  }

  /** @param last - it runs after all others of its deadline, also those that are armed later */
  push(timer: Timer, deadline: number, last = false): void {
    this.#settle();
    timer.deadline = deadline;
    timer.sequence = last ? Infinity : ++this.#sequence;
    this.#settled = false;
    timer.index = this.#size;
    this.#timers[this.#size++] = timer;
    this.#siftUp(timer.index);
    this.#settled = true;
  }

  /** Takes out the earliest. */
  pop(): Timer | undefined {
    this.#settle();
    if (this.#size === 0) return undefined;
    const timer = this.#timers[0]!;
    this.remove(timer);
    return timer;
  }

  remove(timer: Timer): void {
    this.#settle();
    const { index } = timer;
    if (index < 0) return;
    this.#settled = false;
    const timers = this.#timers;
    const last = timers[--this.#size]!;
    timers[index] = last;
    last.index = index;
    timer.index = -1;
    timers.length = this.#size;
    if (last !== timer) {
      this.#siftDown(index);
      this.#siftUp(last.index);
    }
    this.#settled = true;
  }

  /** Makes the order again after a termination. */
  #settle(): void {
    if (this.#settled) return;
    for (let index = (this.#size >> 1) - 1; index >= 0; index--) this.#siftDown(index);
    this.#settled = true;
  }

  #siftUp(start: number): void {
    const timers = this.#timers;
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const child = timers[index]!;
      const above = timers[parent]!;
      if (above.deadline < child.deadline || (above.deadline === child.deadline && above.sequence < child.sequence)) {
        return;
      }
      timers[parent] = child;
      child.index = parent;
      timers[index] = above;
      above.index = index;
      index = parent;
    }
  }

  #siftDown(start: number): void {
    const timers = this.#timers;
    let index = start;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.#size) return;
      let below = timers[child]!;
      if (child + 1 < this.#size) {
        const right = timers[child + 1]!;
        if (right.deadline < below.deadline || (right.deadline === below.deadline && right.sequence < below.sequence)) {
          child += 1;
          below = right;
        }
      }
      const above = timers[index]!;
      if (above.deadline < below.deadline || (above.deadline === below.deadline && above.sequence < below.sequence)) {
        return;
      }
      timers[index] = below;
      below.index = index;
      timers[child] = above;
      above.index = child;
      index = child;
    }
  }
}
