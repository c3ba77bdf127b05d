/**
 * Runs what models write in Cloudflare's code mode: {@link createExecutor} is an `Executor` of `@cloudflare/codemode`.
 *
 * @packageDocumentation
 */
export { createExecutor } from "./executor.ts";
export type { AgentOptions } from "../agents/options.ts";
export type { ConnectorBinding, ExecuteResult, Executor, ResolvedProvider } from "./types.ts";
