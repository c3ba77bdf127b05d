import type { TracerProvider } from "@opentelemetry/api";
import { trace } from "@opentelemetry/api";
import { ArgumentError, OptionError } from "../contract/errors.ts";
import { checkOptionNames } from "../contract/option-names.ts";
import { show } from "../contract/show.ts";
import { observing } from "../core/observing.ts";
import { Spans } from "./spans.ts";
import packageJson from "../../package.json" with { type: "json" };

/** Options of {@link instrument}. */
export interface InstrumentOptions {
  /**
   * Who makes the spans.
   * @defaultValue the one that is registered with `@opentelemetry/api`
   */
  readonly tracerProvider?: TracerProvider | undefined;
}

const DOING = "instrument()";

/**
 * From now on, what hosts and guests of this thread ask each other are spans: `evaluate`, `import`, `request` and `run`, within
 * what the host is at; guests' calls of exposed functions, requests and fetches within these. Handlers of the host's run in the
 * context of their span. If several calls of one isolate are under way, what its guest asks belongs to the last of them.
 *
 * Without this call nothing of OpenTelemetry is loaded, and nothing done.
 *
 * @param options - who makes the spans
 * @returns ends it
 * @throws ArgumentError if it was called and not ended; OptionError
 * @example
 * ```ts
 * import { instrument } from "network-runtime/opentelemetry";
 *
 * instrument();
 * ```
 */
export function instrument(options: InstrumentOptions = {}): Disposable {
  checkOptionNames(options as unknown, ["tracerProvider"], DOING);
  const { tracerProvider = trace.getTracerProvider() } = options;
  if (typeof tracerProvider?.getTracer !== "function") {
    throw new OptionError(
      "tracerProvider",
      `${DOING}: tracerProvider must have getTracer(), but is ${show(tracerProvider)}.`,
    );
  }
  if (observing.observer)
    throw new ArgumentError(`${DOING}: it was called already. End that first, by [Symbol.dispose]().`);
  const spans = new Spans(tracerProvider.getTracer(packageJson.name, packageJson.version));
  observing.observer = spans;
  return {
    [Symbol.dispose]: () => {
      if (observing.observer === spans) observing.observer = undefined;
    },
  };
}
