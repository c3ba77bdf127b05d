import { checkBoolean } from "../contract/option-values.ts";
import { checkOptionNames } from "../contract/option-names.ts";
import type { ConsoleEvent } from "../contract/events.ts";
import { sketchOf } from "../contract/sketch.ts";

/** Options of {@link formatConsole}. */
export interface FormatConsoleOptions {
  /**
   * Whether control characters stay as the guest sent them. A terminal takes them for commands: to move, to clear, to change its
   * title.
   * @defaultValue false: they are shown as `\x1b`
   */
  readonly controls?: boolean | undefined;
}

/** All but tabs and line feeds. */
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f]/g;

/**
 * What node's console would print of a call of a guest's console, without the line feed at its end; `%s` and the like applied,
 * objects shown as `util.inspect` does, groups indented. `error`, `warn` and `trace` belong on the standard error stream.
 *
 * @param event - as `isolate.onConsole` tells it
 * @param options - what to do about control characters
 * @returns the text, untrusted
 * @throws ArgumentError, OptionError
 * @example
 * ```ts
 * worker.onConsole((event) => process.stdout.write(`${worker.name}: ${formatConsole(event)}\n`));
 * ```
 */
export function formatConsole(event: ConsoleEvent, options: FormatConsoleOptions = {}): string {
  checkOptionNames(options as unknown, ["controls"], "formatConsole()");
  checkBoolean("controls", options.controls, "formatConsole()");
  // A guest that patched its platform may have sent no text.
  const text = typeof event.text === "string" ? event.text : sketchOf(event.args);
  return options.controls ? text : text.replace(CONTROLS, (control) => `\\x${hex(control)}`);
}

function hex(control: string): string {
  return control.charCodeAt(0).toString(16).padStart(2, "0");
}
