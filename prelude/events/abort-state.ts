/**
 * DOM: the part of an AbortSignal that other specifications work with.
 * https://dom.spec.whatwg.org/#abortsignal-abort-algorithms
 */
import { type Listener, ListenerList } from "../core/listener-list.ts";

/** Registered with a signal; give it to `remove` when the operation ended by itself. */
export type AbortAlgorithm = Listener<() => void>;

/** What makes a signal's state its own: abort.ts. */
export interface AbortOwner {
  /** Before anybody looks whether it is aborted. */
  look(): void;
  /** It has got its first algorithm, or lost its last. */
  watch(): void;
}

/** The state behind an AbortSignal. */
export class AbortState {
  #aborted = false;
  #reason: unknown = undefined;
  readonly #algorithms = new ListenerList<() => void>();
  /** Of signals that are aborted by what nobody tells them of while nobody waits for it. */
  owner: AbortOwner | undefined;

  get aborted(): boolean {
    if (!this.#aborted) this.owner?.look();
    return this.#aborted;
  }

  get reason(): unknown {
    if (!this.#aborted) this.owner?.look();
    return this.#reason;
  }

  /** Whether it was aborted when somebody last looked. */
  get marked(): boolean {
    return this.#aborted;
  }

  mark(reason: unknown): void {
    this.#aborted = true;
    this.#reason = reason;
  }

  get hasAlgorithms(): boolean {
    return this.#algorithms.first !== null;
  }

  /** https://dom.spec.whatwg.org/#abortsignal-add. undefined if aborted already: it will never run. */
  add(algorithm: () => void): AbortAlgorithm | undefined {
    if (this.aborted) return undefined;
    const added = this.#algorithms.append(algorithm);
    if (this.#algorithms.first === added) this.owner?.watch();
    return added;
  }

  /** https://dom.spec.whatwg.org/#abortsignal-remove */
  remove(algorithm: AbortAlgorithm | undefined): void {
    if (algorithm === undefined || algorithm.removed) return;
    this.#algorithms.remove(algorithm);
    if (this.#algorithms.first === null && !this.#aborted) this.owner?.watch();
  }

  /** https://dom.spec.whatwg.org/#run-the-abort-steps, without the event. */
  runAlgorithms(): void {
    for (let algorithm = this.#algorithms.first; algorithm !== null; algorithm = this.#algorithms.first) {
      this.#algorithms.remove(algorithm);
      algorithm.value();
    }
  }
}

/** The state behind an AbortSignal, undefined for every other value. abort.ts provides it. */
export let abortStateOf: (value: unknown) => AbortState | undefined = () => undefined;

export function provideAbortStateOf(find: (value: unknown) => AbortState | undefined): void {
  abortStateOf = find;
}
