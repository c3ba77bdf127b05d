// The one global that guests have beside the language and the Web platform.
import type { Network } from "./types.ts";

export type { Protocol } from "../contract/events.ts";
export type { GuestApi } from "../contract/exposed.ts";
export type { Args, Exposed, Network, NetworkRequestOptions } from "./types.ts";

declare global {
  /** What host and guest say to each other: `interface GuestProtocol extends Shop {}` in a guest's project types NETWORK. */
  interface GuestProtocol {}

  /** Messages and requests between the guest and its host. */
  var NETWORK: Network<GuestProtocol>;
}
