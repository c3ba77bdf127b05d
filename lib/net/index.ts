/**
 * The network, for guests, on the host's terms: {@link fetchProxy} answers their fetch, {@link webSocketGateway}
 * connects their WebSockets.
 *
 * @packageDocumentation
 */
export { NetworkError } from "./common/errors.ts";
export type { NetworkErrorCode } from "./common/errors.ts";
export type { FetchProxyStats } from "./fetch/fetch-counters.ts";
export type { FetchLogEntry, FetchProxyOptions, OutgoingRequest } from "./fetch/fetch-options.ts";
export { fetchProxy } from "./fetch/fetch-proxy.ts";
export type { FetchProxy } from "./fetch/fetch-proxy.ts";
export type { Allow, AllowFunction, PolicyOptions, Resolve } from "./policy/policy.ts";
export { webSocketGateway } from "./web-socket/web-socket-gateway.ts";
export type { WebSocketGateway } from "./web-socket/web-socket-gateway.ts";
export type {
  WebSocketGatewayOptions,
  WebSocketGatewayStats,
  WebSocketLogEntry,
} from "./web-socket/web-socket-options.ts";
