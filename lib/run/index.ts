/**
 * One call: a program in, its value out. {@link run} does it; {@link defineTools} makes what the program may call.
 *
 * @packageDocumentation
 */
export { run } from "./run.ts";
export { defineTools } from "./define-tools.ts";
export { OutputError } from "./errors.ts";
export type { Language, RunLimits, RunOptions } from "./options.ts";
export type { RunFailure, RunLog, RunReason, RunReport, RunResult, RunSuccess, ToolCall } from "./result.ts";
export type { JsonSchema, OutputOf, ToolDefinition, ToolDefinitions, ToolSetLike } from "./tool-definition.ts";
export type { ToolDescription } from "./tool-set.ts";
export { ToolSet } from "./tool-set.ts";
