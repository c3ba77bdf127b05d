/**
 * The network, for guests, on the host's terms: {@link fetchProxy} answers their fetch, {@link webSocketGateway}
 * connects their WebSockets.
 *
 * @packageDocumentation
 */
export { NetworkError } from "./errors.ts";
export type { NetworkErrorCode } from "./errors.ts";
export type { FetchProxyStats } from "./fetch-counters.ts";
export type { FetchLogEntry, FetchProxyOptions, OutgoingRequest } from "./fetch-options.ts";
export { fetchProxy } from "./fetch-proxy.ts";
export type { FetchProxy } from "./fetch-proxy.ts";
export type { Allow, AllowFunction, PolicyOptions, Resolve } from "./policy.ts";
export { webSocketGateway } from "./web-socket-gateway.ts";
export type { WebSocketGateway } from "./web-socket-gateway.ts";
export type { WebSocketGatewayOptions, WebSocketGatewayStats, WebSocketLogEntry } from "./web-socket-options.ts";
