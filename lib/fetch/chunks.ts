/** What streams of handlers hold, as bytes: all that Bun takes for a body's chunk. */

/** The chunks of one stream, in order. */
export class Chunks {
  /** The first half of a surrogate pair: the second begins the next text. */
  #half = "";

  /** May be none, of text whose only character is not complete. @throws TypeError for what is neither text nor bytes */
  toBytes(chunk: unknown): Uint8Array {
    if (chunk instanceof Uint8Array && this.#half === "") return chunk;
    if (typeof chunk === "string") return this.#encode(chunk);
    const bytes = toView(chunk);
    return this.#half === "" ? bytes : Buffer.concat([this.end(), bytes]);
  }

  /** What the last text left. */
  end(): Uint8Array {
    const half = this.#half;
    this.#half = "";
    return Buffer.from(half);
  }

  #encode(text: string): Uint8Array {
    const whole = this.#half + text;
    const last = whole.charCodeAt(whole.length - 1);
    const end = last >= 0xd800 && last <= 0xdbff ? whole.length - 1 : whole.length;
    this.#half = whole.slice(end);
    return Buffer.from(whole.slice(0, end));
  }
}

function toView(chunk: unknown): Uint8Array {
  if (chunk instanceof ArrayBuffer || chunk instanceof SharedArrayBuffer) return new Uint8Array(chunk);
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new TypeError("The body's stream holds a chunk that is neither text nor an ArrayBuffer nor a view of one.");
}
