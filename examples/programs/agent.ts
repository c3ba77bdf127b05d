/** The loop around a model that writes programs: ask for one, run it, and show it what went wrong. */
import { EvaluationError } from "network-runtime";
import { run, type RunResult, type ToolSet } from "network-runtime/run";

/** A model: a prompt in, a program out. */
export type Model = (prompt: string) => string | Promise<string>;

/** What came of a question. */
export interface Answer {
  /** The last program's. */
  readonly result: RunResult;
  /** How many programs it took. */
  readonly attempts: number;
}

const LIMITS = { cpuMs: 100, memoryMb: 32, wallMs: 30_000, toolCallsMax: 500, logsMax: 20, logLengthMax: 4_096 };

/**
 * Has a program written until it comes to a value, and says what kept it from that. One that took more than it may is not
 * asked for again.
 */
export async function answer(question: string, tools: ToolSet, model: Model, attemptsMax = 3): Promise<Answer> {
  const prompt = `Write a TypeScript program whose last expression answers the question.
It may use nothing but these:\n\n${tools.declarations()}\nQuestion: ${question}\n`;
  let trouble = "";
  for (let attempts = 1; ; attempts++) {
    const program = await model(prompt + trouble);
    const result = await run(program, { tools, language: "ts", limits: LIMITS });
    if (result.ok || result.reason !== "threw" || attempts === attemptsMax) return { result, attempts };
    trouble = `\nYour program was:\n${program}\nIt failed: ${explained(result.error)}\n`;
  }
}

/** The guest's own words, and the place in the program. They are data from outside: the next prompt is no place for commands. */
export function explained(error: Error): string {
  if (!(error instanceof EvaluationError)) return error.message;
  const { name, message, lineno } = error.guest;
  return `${name}: ${message.slice(0, 500)}${lineno === undefined ? "" : ` (line ${lineno})`}`;
}
