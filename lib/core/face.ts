/** Public objects, held weakly by what is behind them: when nobody else has one any more, that is told. */

const dropped = new FinalizationRegistry<Face<object>>((face) => face.finalized());

/**
 * One public object, which has what is behind it, while that has not the object.
 * @typeParam Public - its type
 */
export class Face<Public extends object> {
  readonly #make: () => Public;
  readonly #whenDropped: () => void;
  #reference: WeakRef<Public> | undefined;

  /**
   * @param make - makes the object; again if it is asked for after all have dropped it, as then nobody can tell
   * @param whenDropped - nobody has it any more
   */
  constructor(make: () => Public, whenDropped: () => void) {
    this.#make = make;
    this.#whenDropped = whenDropped;
  }

  /** The object: whoever keeps it keeps it from being dropped. */
  get(): Public {
    const known = this.#reference?.deref();
    if (known) return known;
    const made = this.#make();
    this.#reference = new WeakRef(made);
    dropped.register(made, this);
    return made;
  }

  /** Whether nobody has it any more. */
  get isDropped(): boolean {
    return this.#reference !== undefined && this.#reference.deref() === undefined;
  }

  /** For the registry: one of the objects it had is gone. */
  finalized(): void {
    if (this.isDropped) this.#whenDropped();
  }
}
