// The globals of a guest: the language less SharedArrayBuffer, the Web platform, NETWORK.
/// <reference path="./language.d.ts" />
/// <reference path="./platform.d.ts" />
/// <reference path="./additions.d.ts" />
/// <reference path="./network.d.ts" />

export type { Protocol } from "../contract/events.ts";
export type { GuestApi } from "../contract/exposed.ts";
export type { Args, Exposed, Network, NetworkRequestOptions } from "./types.ts";
