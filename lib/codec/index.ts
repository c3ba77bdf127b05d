/** Messages between host and guest as bytes. */
export { ByteSink } from "./byte-sink.ts";
export { decodePair, decodeValue } from "./decode.ts";
export { encodeList, encodeListed, encodePair, encodeValue } from "./encode.ts";
export { Latin1 } from "./latin1.ts";
export type { Part } from "./latin1.ts";
export { Encoding } from "./encoding.ts";
export { DataCloneError, DecodeError } from "../contract/errors.ts";
