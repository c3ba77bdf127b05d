/** Requests of a guest, one after another. */
import type { Guest, Peer } from "../peers/peer.ts";

/**
 * The guest asks again as soon as it is answered. Not every guest has a fine clock, so the host takes the time from one
 * request to the next: the whole way round.
 * @param start - what the guest is sent to begin
 * @returns milliseconds
 */
export function requests(peer: Peer, guest: Guest, forMs: number, start = "start"): Promise<number[]> {
  return new Promise((resolve) => {
    const samples: number[] = [];
    const end = performance.now() + forMs;
    let last = 0;
    peer.answer = () => {
      const now = performance.now();
      if (last !== 0) samples.push(now - last);
      last = now;
      return now < end ? "more" : "enough";
    };
    guest.receive = () => resolve(samples);
    guest.send(start);
  });
}
