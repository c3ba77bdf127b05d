/** Messages between host and guest as bytes. */
export { ByteSink } from "./byte-sink.ts";
export { AT_ONCE_BYTES_MAX, Decoding, decodeHead, decodePair, decodeValue, lastWeight } from "./decode.ts";
export { encodeList, encodeListed, encodePair, encodeValue } from "./encode.ts";
export { isPlaceOfError } from "./error-extras.ts";
export { parseUrl, shortPairs, shortString, shortStrings, URL_LENGTH_MAX } from "./guest-values.ts";
export { Latin1 } from "./latin1.ts";
export type { Part } from "./latin1.ts";
export { Encoding } from "./encoding.ts";
export { DataCloneError, DecodeError } from "../contract/errors.ts";
