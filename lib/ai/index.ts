/**
 * Programs as a tool for models, by the AI SDK (`ai`), which the host installs: {@link executeCode}.
 *
 * @packageDocumentation
 */
export { executeCode } from "./execute-code.ts";
export type { AgentOptions } from "../agents/options.ts";
export type { Told, ToldError, ToldFailure, ToldRun, ToldSuccess } from "../agents/telling.ts";
export type { ExecuteCodeInput, ExecuteCodeOptions } from "./execute-code.ts";
