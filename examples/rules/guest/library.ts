// The engine's own code: in every isolate before a rule is.

/** What is decided about. */
interface Payment {
  readonly id: number;
  readonly account: string;
  readonly country: string;
  readonly amount: number;
  readonly hour: number;
}

/** What a rule says: a score for a reason. */
interface Verdict {
  readonly rule: string;
  readonly score: number;
}

const verdicts: Verdict[] = [];

/** For rules: names what is wrong, and how bad it is. */
function flag(rule: string, score: number): void {
  if (!Number.isFinite(score)) throw new RangeError(`${rule}: the score is no number`);
  verdicts.push({ rule, score });
}

/** The score of all that was flagged. */
function decide(): { readonly score: number; readonly because: readonly string[] } {
  const score = verdicts.reduce((sum, { score }) => sum + score, 0);
  return { score, because: verdicts.map(({ rule }) => rule) };
}
