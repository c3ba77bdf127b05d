/** Memory for the engine's records. */

/** A new buffer's memory is taken from the system in such steps, in bytes, each of them some hundred microseconds. */
const FRESH_BYTES = 256 * 1024;

/** Whole records: a header is six words, the rest bytes. */
export class RecordBuffer {
  readonly words: Uint32Array<ArrayBuffer>;
  readonly bytes: Uint8Array;
  /** Records in it that are kept for later. */
  kept = 0;
  #ready = 0;

  /** @param size - a multiple of 8 */
  constructor(size: number) {
    this.words = new Uint32Array(size / 4);
    this.bytes = new Uint8Array(this.words.buffer);
  }

  /** Has the system give all of the memory, which it does when it is first written to. @returns false if time ran out */
  makeReady(deadline: number): boolean {
    while (this.#ready < this.bytes.length) {
      this.bytes.fill(0, this.#ready, (this.#ready += FRESH_BYTES));
      if (performance.now() >= deadline) break;
    }
    return this.#ready >= this.bytes.length;
  }

  /** Gives the memory back at once. */
  free(): void {
    this.words.buffer.transfer(0);
  }
}
