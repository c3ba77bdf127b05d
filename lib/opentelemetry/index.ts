/**
 * Traces of what hosts and guests ask each other, by `@opentelemetry/api`, which the host installs: {@link instrument}.
 *
 * @packageDocumentation
 */
export { instrument } from "./instrument.ts";
export type { InstrumentOptions } from "./instrument.ts";
