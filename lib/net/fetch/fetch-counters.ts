/** What a proxy counts, in all and for each isolate. */
import type { Isolate } from "../../api/isolate.ts";
import { Meter } from "../common/meter.ts";

/** What a {@link fetchProxy} has done so far. */
export interface FetchProxyStats {
  /** Requests of guests. */
  readonly requests: number;
  /** Under way now, their bodies included, or waiting for their turn. */
  readonly active: number;
  /** Ended with an error, those refused included. */
  readonly failed: number;
  /** Not allowed, so that nothing was sent. */
  readonly refused: number;
  /** Redirects that were followed. */
  readonly redirects: number;
  /** Sent as bodies, in bytes. */
  readonly bytesSent: number;
  /** Received as bodies and decoded, in bytes. */
  readonly bytesReceived: number;
  /** Requests of guests a second, over the last ten. */
  readonly requestsPerSecond: number;
  /** Sent as bodies, in bytes a second, over the last ten. */
  readonly bytesSentPerSecond: number;
  /** Received as bodies and decoded, in bytes a second, over the last ten. */
  readonly bytesReceivedPerSecond: number;
}

/** Counts of one isolate, or of all. */
class Counts {
  active = 0;
  failed = 0;
  refused = 0;
  redirects = 0;
  readonly requests = new Meter();
  readonly bytesSent = new Meter();
  readonly bytesReceived = new Meter();

  toStats(): FetchProxyStats {
    const { requests, active, failed, refused, redirects, bytesSent, bytesReceived } = this;
    return {
      requests: requests.total,
      active,
      failed,
      refused,
      redirects,
      bytesSent: bytesSent.total,
      bytesReceived: bytesReceived.total,
      requestsPerSecond: requests.perSecond(),
      bytesSentPerSecond: bytesSent.perSecond(),
      bytesReceivedPerSecond: bytesReceived.perSecond(),
    };
  }
}

/** The counts of one proxy. */
export class FetchCounters {
  readonly #all = new Counts();
  readonly #byIsolate = new WeakMap<Isolate, Counts>();

  /** @param isolate - all if left out */
  stats(isolate?: Isolate): FetchProxyStats {
    return (isolate === undefined ? this.#all : (this.#byIsolate.get(isolate) ?? new Counts())).toStats();
  }

  /** Counts what one isolate does. */
  of(isolate: Isolate): FetchCounter {
    let own = this.#byIsolate.get(isolate);
    if (!own) this.#byIsolate.set(isolate, (own = new Counts()));
    return new FetchCounter([this.#all, own]);
  }
}

/** Where one request is counted. */
export class FetchCounter {
  readonly #counts: readonly Counts[];

  constructor(counts: readonly Counts[]) {
    this.#counts = counts;
  }

  begin(): void {
    const now = performance.now();
    for (const counts of this.#counts) {
      counts.requests.add(1, now);
      counts.active++;
    }
  }

  redirect(): void {
    for (const counts of this.#counts) counts.redirects++;
  }

  sent(bytes: number): void {
    const now = performance.now();
    for (const counts of this.#counts) counts.bytesSent.add(bytes, now);
  }

  received(bytes: number): void {
    const now = performance.now();
    for (const counts of this.#counts) counts.bytesReceived.add(bytes, now);
  }

  end(failed: boolean, refused: boolean): void {
    for (const counts of this.#counts) {
      counts.active--;
      if (failed) counts.failed++;
      if (refused) counts.refused++;
    }
  }
}
