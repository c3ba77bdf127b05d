/** Shorthands of the codec's tests. */
import { ByteSink, decodeValue, encodeValue } from "../../lib/codec/index.ts";

const sink = new ByteSink();

/** The bytes of a value. */
export function encoded(value: unknown): Uint8Array {
  sink.reset();
  encodeValue(value, sink);
  return new Uint8Array(sink.bytes.subarray(0, sink.length));
}

/** The value of bytes in the wire format. */
export function decoded(bytes: Uint8Array): unknown {
  return decodeValue(0, bytes, 0, bytes.length);
}

/** The value of a hex string after the header, spaces allowed. */
export function decodedHex(hex: string): unknown {
  return decoded(bytesOf(`ff10${hex}`));
}

/** Bytes of a hex string, spaces allowed. */
export function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

/** Hex of a varint. */
export function varint(value: number): string {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]).toString("hex");
}
