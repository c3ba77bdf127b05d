import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from "@modelcontextprotocol/sdk/types.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { agentOptionNames, toRunOptions } from "../agents/options.ts";
import type { AgentOptions } from "../agents/options.ts";
import { PROGRAM_SCHEMA, programPrompt, resolveProgramOptions } from "../agents/prompt.ts";
import { runBody } from "../agents/programs.ts";
import { tell } from "../agents/telling.ts";
import { OptionError } from "../contract/errors.ts";
import { checkOptionNames } from "../contract/option-names.ts";
import { checkText } from "../contract/option-values.ts";
import { show } from "../contract/show.ts";
import { ToolSet } from "../run/index.ts";
import packageJson from "../../package.json" with { type: "json" };

/** Options of a server. */
export interface CodeServerOptions extends AgentOptions {
  /** What programs may call as `tools`. */
  tools?: ToolSet | undefined;
  /** What a client is told that `run_code` is for, before the tools' declarations. */
  description?: string | undefined;
  /**
   * The server's name.
   * @defaultValue "network-runtime"
   */
  name?: string | undefined;
  /**
   * The server's version.
   * @defaultValue this package's
   */
  version?: string | undefined;
  /**
   * Of a program's value, as JSON, in UTF-16 code units: what is longer is cut. Minimum 1.
   * @defaultValue 65_536
   */
  valueLengthMax?: number | undefined;
}

/** @internal The names of its options. */
export const serverOptionNames = [...agentOptionNames, "tools", "description", "name", "version", "valueLengthMax"];

const TOOL = "run_code";

/**
 * A server of the Model Context Protocol whose tool `run_code` runs TypeScript in an isolate of its own, with the declared tools.
 * What a program does is the tool's answer, with `isError` if it failed; a client that gives a call up ends its program.
 *
 * @param options - the tools, and what each program may use
 * @returns for any transport of the SDK: `server.connect(transport)`
 * @throws ArgumentError, OptionError
 * @example
 * ```ts
 * import { codeServer } from "network-runtime/mcp";
 *
 * await codeServer({ tools, limits: { cpuMs: 500 } }).connect(transport);
 * ```
 */
export function codeServer(options: CodeServerOptions = {}): Server {
  const doing = "codeServer()";
  checkOptionNames(options as unknown, serverOptionNames, doing);
  const { description, valueLengthMax } = resolveProgramOptions(options, doing);
  const { tools, name = packageJson.name, version = packageJson.version } = options;
  for (const [option, value] of Object.entries({ name, version })) checkText(option, value, doing);
  if (tools !== undefined && !(tools instanceof ToolSet)) {
    throw new OptionError("tools", `${doing}: tools must be what defineTools() made, but is ${show(tools)}.`);
  }
  const server = new Server({ name, version }, { capabilities: { tools: {} } });
  const tool = { name: TOOL, description: programPrompt(description, tools), inputSchema: PROGRAM_SCHEMA };
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [tool] }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }): Promise<CallToolResult> => {
    if (params.name !== TOOL) throw new McpError(ErrorCode.InvalidParams, `There is no tool ${show(params.name)}.`);
    const code = params.arguments?.["code"];
    if (typeof code !== "string") throw new McpError(ErrorCode.InvalidParams, `${TOOL}: code must be a string.`);
    const runOptions = { ...toRunOptions(options), ...(tools && { tools }), signal, language: "ts" } as const;
    const told = tell(await runBody("", code, runOptions), valueLengthMax);
    return { content: [{ type: "text", text: JSON.stringify(told) }], isError: !told.ok };
  });
  return server;
}
