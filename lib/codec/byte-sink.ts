/** The growable buffer an encoder writes into. */
import { Buffer } from "node:buffer";

const INITIAL_CAPACITY = 4096;

/**
 * Holds one encoded message: `bytes[0 … length)`. Reused from message to message; `bytes` is replaced when it must grow, so
 * whoever keeps a pointer to it has to compare identities.
 */
export class ByteSink {
  /** The memory. What lies beyond `length` is not initialized and must not leave the process. */
  bytes: Buffer = Buffer.allocUnsafeSlow(INITIAL_CAPACITY);
  /** Bytes of the message, from the start of `bytes`. */
  length = 0;

  /** Forgets the message, keeps the memory. */
  reset(): void {
    this.length = 0;
  }
}
