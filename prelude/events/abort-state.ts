/**
 * DOM: the part of an AbortSignal that other specifications work with.
 * https://dom.spec.whatwg.org/#abortsignal-abort-algorithms
 */
import { type Listener, ListenerList } from "../core/listener-list.ts";

/** Registered with a signal; give it to `remove` when the operation ended by itself. */
export type AbortAlgorithm = Listener<() => void>;

/** The state behind an AbortSignal. */
export class AbortState {
  aborted = false;
  reason: unknown = undefined;
  readonly #algorithms = new ListenerList<() => void>();

  /** https://dom.spec.whatwg.org/#abortsignal-add. undefined if aborted already: it will never run. */
  add(algorithm: () => void): AbortAlgorithm | undefined {
    return this.aborted ? undefined : this.#algorithms.append(algorithm);
  }

  /** https://dom.spec.whatwg.org/#abortsignal-remove */
  remove(algorithm: AbortAlgorithm | undefined): void {
    if (algorithm !== undefined) this.#algorithms.remove(algorithm);
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
