/**
 * Runs what models write in TanStack AI's code mode: {@link createIsolateDriver} is an `IsolateDriver` of
 * `@tanstack/ai-code-mode`.
 *
 * @packageDocumentation
 */
export { createIsolateDriver } from "./driver.ts";
export type { AgentOptions } from "../agents/options.ts";
export type { ExecutionResult, IsolateConfig, IsolateContext, IsolateDriver, ToolBinding } from "./driver.ts";
