/** `run` and `eval`: a guest's program, its value and how it ended. */
import type { HostApi, Isolate } from "../../index.ts";
import { EvaluationError, RequestError, SandboxError, TerminatedError } from "../../index.ts";
import { Logs } from "../../run/logs.ts";
import { reasonOf } from "../../run/result.ts";
import { ToolCalls } from "../../run/tool-calls.ts";
import type { GuestCommand } from "../line/guest-arguments.ts";
import { printLine, toJson, valueText } from "../terminal/print.ts";
import { GuestSession } from "./session.ts";
import { isModule, readSource, runModule, runScript, type Source } from "./source.ts";

const EXIT_THREW = 1;
const EXIT_LIMIT = 3;
const LOGS_MAX = 10_000;
const LOG_LENGTH_MAX = 2 ** 20;

/** What is known of a guest's run, beside its value. */
interface Running {
  readonly logs: Logs;
  readonly calls: ToolCalls;
  isolate: Isolate | undefined;
}

/**
 * @returns the exit code
 * @throws UsageError
 */
export async function runGuest(command: GuestCommand): Promise<number> {
  const source = await readSource(command);
  using session = await GuestSession.open(command.settings, true);
  const running: Running = { logs: new Logs(LOGS_MAX, LOG_LENGTH_MAX), calls: new ToolCalls(0), isolate: undefined };
  const startedAt = performance.now();
  running.calls.start();
  let outcome: { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: SandboxError };
  try {
    outcome = { ok: true, value: await attempt(command, source, session, running) };
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    outcome = { ok: false, error };
  }
  running.calls.end();
  const stats = running.isolate?.stats();
  if (command.json) {
    const report = {
      ...(outcome.ok
        ? { ok: true, value: outcome.value ?? null, reason: "completed" }
        : { ok: false, error: describe(outcome.error), reason: reasonOf(outcome.error) }),
      ...{ logs: running.logs.entries, logsTruncated: running.logs.truncated },
      ...{ toolCalls: running.calls.told, toolCallCount: running.calls.count },
      ...{ cpuMs: stats?.cpuMs ?? 0, wallMs: performance.now() - startedAt },
      memoryPeakBytes: stats?.memoryPeakBytes ?? 0,
    };
    process.stdout.write(`${toJson(report)}\n`);
  } else if (!outcome.ok) printLine(process.stderr, errorText(outcome.error));
  else if (outcome.value !== undefined) printLine(process.stdout, valueText(outcome.value));
  if (outcome.ok) return 0;
  return outcome.error instanceof TerminatedError ? EXIT_LIMIT : EXIT_THREW;
}

/** A script, or else a module, in an isolate of its own: names that a script has declared are nobody's then. */
async function attempt(
  { settings, bundle, json }: GuestCommand,
  source: Source,
  session: GuestSession,
  running: Running,
): Promise<unknown> {
  const fresh = async (): Promise<Isolate> => {
    running.isolate?.destroy();
    running.isolate = await session.isolate((tools) => running.calls.watch(tools) as HostApi);
    running.isolate.onConsole(({ level, text }) => {
      if (json) running.logs.add(level, text);
      else
        printLine(level === "warn" || level === "error" || level === "trace" ? process.stderr : process.stdout, text);
    });
    return running.isolate;
  };
  if (bundle) return runModule(await fresh(), source, settings.args);
  try {
    return await runScript(await fresh(), source, settings.args);
  } catch (error) {
    if (!isModule(error)) throw error;
    return runModule(await fresh(), source, settings.args);
  }
}

/** What a terminal is told of an error: the guest's own stack, if it is the guest's. */
export function errorText(error: unknown): string {
  if (error instanceof EvaluationError || error instanceof RequestError) {
    const { name, message, stack, filename, lineno, colno } = error.guest ?? {};
    const place = filename === undefined ? "" : `\n    at ${filename}:${lineno}:${colno}`;
    if (name !== undefined) return stack?.includes("\n    at ") ? stack : `${name}: ${message}${place}`;
  }
  return `network-runtime: ${error instanceof Error ? error.message : String(error)}`;
}

function describe(error: SandboxError): object {
  const guest = error instanceof EvaluationError || error instanceof RequestError ? error.guest : undefined;
  return { name: error.name, code: error.code, message: error.message, ...(guest && { guest }) };
}
