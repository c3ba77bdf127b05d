/** Round trips, one after another. */
import type { Guest } from "../peers/peer.ts";

/**
 * Exchanges messages with an echoing guest: the next leaves from within the handler of the last answer.
 * @returns the time each took, in milliseconds
 */
export function exchanges(guest: Guest, message: unknown, forMs: number): Promise<number[]> {
  return new Promise((resolve) => {
    const samples: number[] = [];
    const end = performance.now() + forMs;
    let start = 0;
    // A guest on the host's own thread answers within the call: a loop then, or the stack would grow.
    let sending = false;
    let again = false;
    const next = (): void => {
      again = true;
      if (sending) return;
      sending = true;
      while (again) {
        again = false;
        start = performance.now();
        guest.exchange(message, done);
      }
      sending = false;
    };
    const done = (): void => {
      const now = performance.now();
      samples.push(now - start);
      if (now < end) next();
      else resolve(samples);
    };
    next();
  });
}

/**
 * Single exchanges with a pause before each, in which both sides go to sleep.
 * @returns the time each took, in milliseconds
 */
export async function sparseExchanges(
  guest: Guest,
  message: unknown,
  count: number,
  pauseMs: number,
): Promise<number[]> {
  const samples: number[] = [];
  for (let i = 0; i < count; i++) {
    await pause(pauseMs);
    const start = performance.now();
    await new Promise<void>((resolve) => guest.exchange(message, () => resolve()));
    samples.push(performance.now() - start);
  }
  return samples;
}

/** Lets time pass, in milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
