/**
 * Isolates that are ready before they are wanted: {@link IsolatePool} has a fresh one for each piece of work, and one for
 * each tenant.
 *
 * @packageDocumentation
 */
export { IsolatePool } from "./isolate-pool.ts";
export { PoolClosedError, PoolExhaustedError, PrepareError } from "./errors.ts";
export type { IsolatePoolOptions, PoolCallOptions, PrepareContext, RunContext } from "./options.ts";
export type { PoolStats } from "./stats.ts";
