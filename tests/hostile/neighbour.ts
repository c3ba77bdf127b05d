/** A neighbour of an attacker: an isolate that computes something known, again and again, and notes what went wrong. */
import type { Isolate, V8Sandbox } from "../../lib/index.ts";

const MEMORY_MB = 64;

/** (func (export "f") (param i32) (result i32)): the sum of 1 to the argument. */
const SUM = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 127, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 27, 1, 25, 1, 1, 127,
  3, 64, 32, 1, 32, 0, 106, 33, 1, 32, 0, 65, 1, 107, 34, 0, 13, 0, 11, 32, 1, 11,
];

/** Optimized JavaScript, WebAssembly (compiled anew each time), a regular expression and Intl; some milliseconds. */
const WORK = `{
  let total = 0;
  for (let i = 0; i < 200_000; i++) total = (total + [i, i + 1].length * (i % 7)) | 0;
  const sum = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([${SUM}]))).exports.f;
  total += sum(100_000) % 1009;
  total += /(a|b)+c{2}/.exec("ab".repeat(50) + "cc")[0].length;
  total += new Intl.NumberFormat("de").format(total).length;
  total;
}`;

/** Work that V8 has not seen before, hot enough to be worth optimizing. */
const hot = (round: number): string => `{
  const step = (total, i) => (total + ((i * ${round + 3}) % 7)) | 0;
  let total = 0;
  for (let i = 0; i < 100_000; i++) total = step(total, i);
  total;
}`;

/** Takes it beyond the three quarters of its memory where an isolate collects its garbage. */
const COLLECT = `new Uint8Array(${(MEMORY_MB / 8) * 7} << 20).length`;

const ROUND_TIMEOUT_MS = 10_000;
/** V8 optimizes after a few; a worker may be busy with another isolate's functions. */
const HOT_ROUNDS_MAX = 100;

/** Works until it is stopped. */
export class Neighbour {
  readonly #isolate: Isolate;
  readonly #expected: unknown;
  readonly #done: Promise<void>;
  #stopped = false;
  #rounds = 0;
  #hotRounds = 0;
  #slowestMs = 0;
  #fault: string | undefined;

  private constructor(isolate: Isolate, expected: unknown) {
    this.#isolate = isolate;
    this.#expected = expected;
    this.#done = this.#work();
  }

  static async in(sandbox: V8Sandbox): Promise<Neighbour> {
    const isolate = await sandbox.createIsolate({ cpuMs: 0, memoryMb: MEMORY_MB });
    let expected: unknown;
    for (let i = 0; i < 5; i++) expected = await isolate.evaluate(WORK);
    return new Neighbour(isolate, expected);
  }

  /** The longest round so far, in milliseconds. */
  get slowestMs(): number {
    return this.#slowestMs;
  }

  /**
   * Waits for three more rounds, begun after this call.
   * @throws Error if one went wrong, now or before
   */
  async check(): Promise<void> {
    const target = this.#rounds + 4;
    while (this.#rounds < target && this.#fault === undefined) await Bun.sleep(2);
    this.expectUnharmed();
  }

  /** @throws Error if a round went wrong so far */
  expectUnharmed(): void {
    if (this.#fault !== undefined) throw new Error(`a neighbour was harmed: ${this.#fault}`);
  }

  /**
   * Runs new code until V8's compilers have worked for this isolate in the background.
   * @throws Error if they do not
   */
  async checkOptimized(): Promise<void> {
    const { backgroundCpuMs } = this.#isolate.stats();
    for (let i = 0; i < HOT_ROUNDS_MAX; i++) {
      await this.#isolate.evaluate(hot(this.#hotRounds++));
      if (this.#isolate.stats().backgroundCpuMs > backgroundCpuMs) return;
    }
    throw new Error("a neighbour is not optimized any more");
  }

  /** Gives up its garbage: each of its WebAssembly modules has mappings of its own. */
  async collect(): Promise<void> {
    await this.#isolate.evaluate(COLLECT);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
    this.#isolate.destroy();
  }

  async #work(): Promise<void> {
    while (!this.#stopped && this.#fault === undefined) {
      const started = performance.now();
      try {
        const result = await this.#isolate.evaluate(WORK, { timeoutMs: ROUND_TIMEOUT_MS });
        if (result !== this.#expected) this.#fault = `${result} instead of ${this.#expected}`;
      } catch (error) {
        this.#fault = String(error);
      }
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - started);
      this.#rounds++;
      // The host has other things to do, too.
      await Bun.sleep(1);
    }
  }
}
