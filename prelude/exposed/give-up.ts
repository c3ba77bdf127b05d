/**
 * Streams and async generators of the host's that nobody here has any more. No web specification.
 */
import { sendRequest } from "../network/network.ts";

function nothing(): void {}

/** Tells the host that nobody reads. */
export function giveUp(id: number): void {
  try {
    sendRequest("__handle.end", id, undefined, nothing, nothing);
  } catch {
    // Too many requests are pending: the host has it until the isolate ends.
  }
}
