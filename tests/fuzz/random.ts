/** Random numbers that a seed repeats, and how long a fuzzer runs: FUZZ_SEED and FUZZ_SECONDS. */

/** Mulberry32. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** An integer from 0, below this. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    const state = this.#state;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  uint32(): number {
    return this.below(0x1_0000_0000);
  }
}

/** A run of one fuzzer: says its seed, so that a failure can be repeated. */
export class Run {
  readonly seed: number;
  readonly random: Random;
  readonly #until: number;

  constructor(name: string) {
    this.seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32)) >>> 0;
    this.random = new Random(this.seed);
    const seconds = Number(process.env.FUZZ_SECONDS ?? 3);
    this.#until = performance.now() + seconds * 1000;
    console.log(`${name}: FUZZ_SEED=${this.seed} FUZZ_SECONDS=${seconds}`);
  }

  get over(): boolean {
    return performance.now() >= this.#until;
  }
}
