/** `repl`: a guest that is given one line after another. */
import { createInterface, type Interface } from "node:readline";
import { AbortError, TerminatedError, type Isolate } from "../../index.ts";
import { errorText } from "../guest/command.ts";
import { GuestSession } from "../guest/session.ts";
import type { ReplCommand } from "../line/guest-arguments.ts";
import { printLine } from "../terminal/print.ts";
import { complete } from "./completion.ts";
import { History } from "./history.ts";
import { transformLine } from "./transform.ts";

const HELP = `.exit   ends the REPL, as Ctrl+D does
.reset  begins anew, in another isolate
.stats  what the isolate has used
.help   this
Ctrl+C ends a line that runs, or takes back what was typed. _ is the last value.`;

/** @returns the exit code */
export async function runRepl({ settings }: ReplCommand): Promise<number> {
  using session = await GuestSession.open(settings, false);
  const repl = new Repl(session, settings.args);
  await repl.run();
  return 0;
}

class Repl {
  readonly #session: GuestSession;
  readonly #args: object;
  readonly #history = new History();
  readonly #interactive = process.stdin.isTTY === true;
  #isolate: Isolate | undefined;
  #running: AbortController | undefined;
  #closed = false;
  /** Lines that are not whole yet. */
  #pending = "";

  constructor(session: GuestSession, args: object) {
    this.#session = session;
    this.#args = args;
  }

  async run(): Promise<void> {
    await this.#reset();
    const lines = this.#open();
    if (this.#interactive) printLine(process.stdout, "network-runtime: a guest. .help says more.");
    const prompt = (): void => {
      if (!this.#interactive || this.#closed) return;
      lines.setPrompt(this.#pending === "" ? "> " : "… ");
      lines.prompt();
    };
    prompt();
    for await (const line of lines) {
      if (this.#interactive) this.#history.add(line);
      if (line.trim() === ".exit") break;
      await this.#take(line);
      prompt();
    }
    lines.close();
  }

  #open(): Interface {
    const lines = createInterface({
      input: process.stdin,
      output: this.#interactive ? process.stdout : undefined,
      terminal: this.#interactive,
      prompt: this.#interactive ? "> " : "",
      history: this.#history.lines,
      historySize: 1000,
      completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
        void complete(this.#isolate!, line).then((found) => done(null, found));
      },
    });
    lines.on("close", () => (this.#closed = true));
    lines.on("SIGINT", () => {
      if (this.#running) this.#running.abort();
      else if (this.#pending === "" && lines.line === "") lines.close();
      else {
        this.#pending = "";
        process.stdout.write("\n");
        lines.write(null, { ctrl: true, name: "u" });
        lines.setPrompt("> ");
        lines.prompt();
      }
    });
    return lines;
  }

  async #take(line: string): Promise<void> {
    switch (this.#pending === "" ? line.trim() : undefined) {
      case "":
        return;
      case ".help":
        return printLine(process.stdout, HELP);
      case ".reset":
        return this.#reset();
      case ".stats":
        return printLine(process.stdout, this.#stats());
    }
    const text = this.#pending + line;
    try {
      const transformed = transformLine(text);
      if ("incomplete" in transformed) {
        this.#pending = `${text}\n`;
        return;
      }
      this.#pending = "";
      await this.#evaluate(transformed.script);
    } catch (error) {
      this.#pending = "";
      printLine(process.stderr, error instanceof Error ? `SyntaxError: ${error.message}` : String(error));
    }
  }

  async #evaluate(script: string): Promise<void> {
    this.#running = new AbortController();
    const { signal } = this.#running;
    try {
      await this.#isolate!.evaluate(script, { filename: "repl", signal });
    } catch (error) {
      printLine(process.stderr, error instanceof AbortError ? "ended by Ctrl+C" : errorText(error));
      if (error instanceof TerminatedError || this.#isolate!.destroyed) {
        printLine(process.stderr, "Another isolate goes on: what was declared is gone.");
        await this.#reset();
      }
    } finally {
      this.#running = undefined;
    }
  }

  #stats(): string {
    const { cpuMs, heapUsedBytes, memoryPeakBytes } = this.#isolate!.stats();
    const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
    return `CPU ${cpuMs.toFixed(1)} ms, heap ${mib(heapUsedBytes)}, at most ${mib(memoryPeakBytes)}`;
  }

  async #reset(): Promise<void> {
    this.#isolate?.destroy();
    const isolate = await this.#session.isolate();
    isolate.onConsole(({ level, text }) =>
      printLine(level === "warn" || level === "error" ? process.stderr : process.stdout, text),
    );
    isolate.onSystem("error", ({ stack, message }) => printLine(process.stderr, `Uncaught ${stack ?? message}`));
    isolate.onSystem("unhandledrejection", ({ stack, message }) =>
      printLine(process.stderr, `Unhandled rejection: ${stack ?? message}`),
    );
    await isolate.evaluate("void Object.assign(globalThis, given)", { args: { given: this.#args } });
    this.#isolate = isolate;
  }
}
