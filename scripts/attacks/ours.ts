/** One attack on the library, by way of its test. */
import { runAttack } from "../../tests/hostile/run-attack.ts";

/** How it went, in milliseconds and MiB; or what is wrong. */
export type Ours =
  | {
      readonly outcome: string;
      readonly attackMs: number;
      readonly grownMb: number;
      readonly leftMb: number;
      readonly slowestMs: number;
    }
  | { readonly broken: string };

/** The line that the harness prints. */
type Report = Exclude<Ours, { readonly broken: string }> & {
  readonly contained: boolean;
  readonly abandoned: number;
};

/** @param file - the attack's test */
export async function runOurs(file: string): Promise<Ours> {
  const { stdout, stderr, ending } = await runAttack(file, { ATTACK_REPORT: "1" });
  if (stderr !== "" || ending !== "exit code 0") return { broken: `${ending}\n${stderr}` };
  const { contained, abandoned, outcome, ...figures } = JSON.parse(stdout) as Report;
  const how = contained ? ", contained" : abandoned > 0 ? ", abandoned" : "";
  return { ...figures, outcome: outcome + how };
}
