/** What lists of the library's own hold. */

/** Bytes that are a string to the guest, each a character: no string is made of them here. */
export class Latin1 {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** One value of such a list. */
export type Part = string | number | boolean | undefined | Uint8Array | Latin1;
