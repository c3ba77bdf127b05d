/** Messages between host and guest as bytes. */
export { ByteSink } from "./byte-sink.ts";
export { decodePair, decodeValue } from "./decode.ts";
export { encodePair, encodeValue } from "./encode.ts";
export { Encoding } from "./encoding.ts";
export { DataCloneError, DecodeError } from "../errors.ts";
