/** What it takes to have a guest that does something. */
import type { Guest, Peer } from "../peers/peer.ts";

/**
 * Makes a guest, has it evaluate 1+1, and ends it.
 * @param make - how, if not as all are made
 * @returns milliseconds until the value was there
 */
export async function onePlusOne(
  peer: Peer,
  make: () => Promise<Pick<Guest, "evaluate" | "close">> = () => peer.create(),
): Promise<number> {
  const start = performance.now();
  const guest = await make();
  checkTwo(await guest.evaluate("1+1"));
  const ms = performance.now() - start;
  await guest.close();
  return ms;
}

/** @throws unless 1+1 is 2 */
export function checkTwo(value: unknown): void {
  if (value !== 2) throw new Error(`1+1 came to ${String(value)}`);
}

/** Once after another, for so long or so often. @returns what each took, in milliseconds */
export async function samplesOf(
  once: () => Promise<number>,
  forMs: number,
  countMax: number,
  pauseMs = 0,
): Promise<number[]> {
  const samples: number[] = [];
  const end = performance.now() + forMs;
  while (samples.length < countMax && performance.now() < end) {
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    samples.push(await once());
  }
  return samples;
}
