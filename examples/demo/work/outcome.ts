/** What a job came to, small enough to compare at a glance. */
export interface Outcome {
  /** Characters of HTML, or nodes of the syntax tree. */
  readonly size: number;
  /** FNV-1a over all of it. */
  readonly digest: string;
}

/** A checksum to tell two results apart, not a cryptographic one. */
export class Digest {
  #state = 0x811c9dc5;

  text(text: string): void {
    for (let index = 0; index < text.length; index++) {
      this.#state = Math.imul(this.#state ^ text.charCodeAt(index), 0x01000193);
    }
  }

  toString(): string {
    return (this.#state >>> 0).toString(16).padStart(8, "0");
  }
}
