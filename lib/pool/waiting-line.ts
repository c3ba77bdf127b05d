/** Callers that wait, in the order in which they came. */
import type { Isolate } from "../api/isolate.ts";

/** A place in the line. */
export interface Place {
  /** Who waits for room for the isolate of a key; undefined: a run, which takes any fresh one. */
  readonly key: string | undefined;
  /** Its turn has come. A run is given an isolate, a key the room to make one. */
  give(isolate: Isolate | undefined): void;
  refuse(error: unknown): void;
}

/** The line. */
export class WaitingLine {
  readonly #places = new Set<Place>();
  #runs = 0;

  get length(): number {
    return this.#places.size;
  }

  /** Places of runs. */
  get runs(): number {
    return this.#runs;
  }

  get first(): Place | undefined {
    return this.#places.values().next().value;
  }

  get firstRun(): Place | undefined {
    return this.#places.values().find(({ key }) => key === undefined);
  }

  join(place: Place): void {
    this.#places.add(place);
    if (place.key === undefined) this.#runs++;
  }

  /** @returns whether it was in the line */
  leave(place: Place): boolean {
    const left = this.#places.delete(place);
    if (left && place.key === undefined) this.#runs--;
    return left;
  }

  /** Nobody will be served any more. @returns who waited */
  clear(): Place[] {
    const places = [...this.#places];
    this.#places.clear();
    this.#runs = 0;
    return places;
  }
}
