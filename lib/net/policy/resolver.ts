/** The system's resolver, asked once for what many requests ask in a short time. */
import { lookup } from "node:dns/promises";

/** How long an answer is used again, in milliseconds. The addresses in it are checked each time. */
const KEPT_MS = 5000;
const NAMES_MAX = 1000;

interface Answer {
  readonly addresses: Promise<readonly string[]>;
  readonly until: number;
}

/** By name, the oldest first. */
const answers = new Map<string, Answer>();

/** Finds a host's addresses. */
export function systemResolve(hostname: string): Promise<readonly string[]> {
  const now = performance.now();
  const known = answers.get(hostname);
  if (known && known.until > now) return known.addresses;
  answers.delete(hostname);
  const addresses = lookup(hostname, { all: true }).then((found) => found.map(({ address }) => address));
  const answer = { addresses, until: now + KEPT_MS };
  // What failed is asked again.
  addresses.catch(() => {
    if (answers.get(hostname) === answer) answers.delete(hostname);
  });
  answers.set(hostname, answer);
  if (answers.size > NAMES_MAX) answers.delete(answers.keys().next().value!);
  return addresses;
}
