/** One test in an isolate of its own, by the public API. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { GuestError, Isolate, V8Sandbox } from "network-runtime";
import { whyFailureIsNone } from "./applicable.ts";
import { guestHost, nameTheError } from "./guest-host.ts";
import type { AwaitAt, Outcome } from "./results.ts";
import { type ParsedTest, type Scenario, harnessOf, readTest, textOf } from "./suite.ts";

/** How long an asynchronous test may take to tell its result after its script has run. */
const ASYNC_MS = 10_000;
/** For one that is not even ended by its CPU limit. */
const TEST_MS = 120_000;
/** Of a reason. */
const REASON_MAX = 300;

const passed: Outcome = { status: "pass", reason: "" };
const failed = (reason: string): Outcome => ({ status: "fail", reason: reason.slice(0, REASON_MAX) });

const harnessFiles = new Map<string, string>();

/** A completion value that cannot be copied would be an error, so that there is another one. */
function readHarness(suite: string, name: string): string {
  const known = harnessFiles.get(name);
  if (known !== undefined) return known;
  const text = `${readFileSync(join(suite, "harness", name), "utf8")}\n0;`;
  harnessFiles.set(name, text);
  return text;
}

export async function runScenario(
  sandbox: V8Sandbox,
  suite: string,
  { file, mode }: Scenario,
  awaitAt: AwaitAt,
): Promise<Outcome> {
  const test = readTest(suite, file);
  const isolate = await sandbox.createIsolate();
  const timeout = Promise.withResolvers<Outcome>();
  const timer = setTimeout(() => timeout.resolve(failed("no end")), TEST_MS);
  try {
    const run = runIn(isolate, suite, test, file, textOf(test, mode, awaitAt));
    const outcome = await Promise.race([run, timeout.promise]);
    const none = outcome.status === "fail" ? whyFailureIsNone(test.source) : undefined;
    return none === undefined ? outcome : { status: "skip", reason: none };
  } finally {
    clearTimeout(timer);
    isolate.destroy();
  }
}

async function runIn(isolate: Isolate, suite: string, test: ParsedTest, file: string, text: string): Promise<Outcome> {
  const ended = Promise.withResolvers<Outcome>();
  const printed = Promise.withResolvers<string>();
  const errors: GuestError[] = [];
  isolate
    .on("print", (line) => void (String(line).startsWith("Test262:Async") && printed.resolve(String(line))))
    .onSystem("error", (error) => void errors.push(error))
    .onSystem("terminated", ({ reason }) => ended.resolve(failed(`terminated: ${reason}`)))
    .onSystem("destroyed", ({ reason }) => ended.resolve(failed(`destroyed: ${reason}`)));
  const evaluate = (script: string, filename: string): Promise<string | undefined> =>
    isolate.evaluate(script, { filename }).then(
      () => undefined,
      (error: Error) => error.message,
    );
  const before = [
    evaluate(guestHost, "host.js"),
    ...harnessOf(test).map((name) => evaluate(readHarness(suite, name), name)),
    test.meta.flags.has("raw") ? undefined : evaluate(nameTheError, "name.js"),
  ];
  const broken = (await Promise.race([Promise.all(before), ended.promise.then(() => [])])).find(Boolean);
  if (broken !== undefined) return failed(`harness: ${broken}`);
  const judged = judge(isolate, suite, test, file, text, errors, printed.promise, evaluate);
  return Promise.race([judged, ended.promise]);
}

/** Imports a test that is a module. @returns what it threw */
async function importTest(isolate: Isolate, suite: string, file: string): Promise<GuestError[]> {
  const folder = join(suite, "test");
  const modules = (name: string): string | undefined => {
    const path = join(folder, name);
    return name.startsWith("./") && existsSync(path) ? readFileSync(path, "utf8") : undefined;
  };
  try {
    await isolate.import(`./${file}`, { modules });
    return [];
  } catch (error) {
    const { guest, name, message } = error as Error & { guest?: GuestError };
    return [guest ?? { name, message }];
  }
}

async function judge(
  isolate: Isolate,
  suite: string,
  { meta }: ParsedTest,
  file: string,
  text: string,
  errors: GuestError[],
  printed: Promise<string>,
  evaluate: (script: string, filename: string) => Promise<string | undefined>,
): Promise<Outcome> {
  // Not evaluate: a completion value that is not to be cloned, or never settles, is no failure.
  if (!isolate.destroyed) {
    if (meta.flags.has("module")) errors.push(...(await importTest(isolate, suite, file)));
    else isolate.execute(text, { filename: file });
  }
  const dead = await evaluate("0", "end.js");
  if (dead !== undefined) return failed(dead);
  const error = errors[0];
  if (meta.negative !== undefined) {
    const { type, phase } = meta.negative;
    if (error === undefined) return failed(`no ${type} (${phase})`);
    return error.name === type ? passed : failed(`${type} (${phase}) expected, but ${show(error)}`);
  }
  if (error !== undefined) return failed(show(error));
  if (!meta.flags.has("async")) return passed;
  const line = await Promise.race([printed, Bun.sleep(ASYNC_MS)]);
  if (line === "Test262:AsyncTestComplete") return passed;
  if (errors[0] !== undefined) return failed(show(errors[0]));
  return failed(line === undefined ? "the test told no result" : line.replace("Test262:AsyncTestFailure:", ""));
}

function show({ name, message }: GuestError): string {
  return `${name}: ${message}`;
}
