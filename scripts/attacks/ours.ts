/** One attack on the library, by way of its test. */
import { runAttack } from "../../tests/hostile/run-attack.ts";

/** What is measured, in milliseconds and MiB. */
export interface Figures {
  readonly attackMs: number;
  readonly grownMb: number;
  readonly leftMb: number;
  readonly slowestMs: number;
}

/** How it went, without figures where a test measures for itself; or what is wrong. */
export type Ours = { readonly outcome: string; readonly figures?: Figures } | { readonly broken: string };

/** The line that the harness prints. */
interface Report extends Figures {
  readonly outcome: string;
  readonly contained: boolean;
  readonly abandoned: number;
}

/** @param file - the attack's test */
export async function runOurs(file: string): Promise<Ours> {
  const { stdout, stderr, ending } = await runAttack(file, { ATTACK_REPORT: "1" });
  if (stderr !== "" || ending !== "exit code 0") return { broken: `${ending}\n${stderr}` };
  if (stdout === "") return { outcome: "withstood" };
  const { contained, abandoned, outcome, ...figures } = JSON.parse(stdout) as Report;
  const how = contained ? ", contained" : abandoned > 0 ? ", abandoned" : "";
  return { outcome: outcome + how, figures };
}
