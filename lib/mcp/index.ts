/**
 * Programs for clients of the Model Context Protocol, by `@modelcontextprotocol/sdk`, which the host installs:
 * {@link serveStdio}, {@link serveHttp}, {@link httpHandler}, or {@link codeServer} with a transport of the host's.
 *
 * @packageDocumentation
 */
export { codeServer } from "./code-server.ts";
export type { AgentOptions } from "../agents/options.ts";
export type { CodeServerOptions } from "./code-server.ts";
export { httpHandler, serveHttp, serveStdio } from "./serving.ts";
