/** Host values to bytes. */
import type { ByteSink } from "./byte-sink.ts";
import { Encoding } from "./encoding.ts";
import { WireWriter } from "./wire-writer.ts";

/** A getter may send a message of its own while a writer is at work; then it gets another one. */
let spare: WireWriter | undefined = new WireWriter();

/**
 * Encodes two values, such as an event's name and its data; objects they share stay shared.
 *
 * @param into - replaced by the message, `into.bytes[0 … into.length)`
 * @returns how it is written
 * @throws DataCloneError if something in the data cannot be cloned: it says what and where
 */
export function encodePair(a: string, b: unknown, into: ByteSink): Encoding {
  const writer = spare ?? new WireWriter();
  spare = undefined;
  writer.begin(into);
  try {
    writer.write(a, "name");
    writer.write(b, "data");
  } finally {
    writer.end(into);
    spare = writer;
  }
  return Encoding.Wire;
}

/**
 * Encodes one value.
 *
 * @param into - replaced by the message, `into.bytes[0 … into.length)`
 * @returns how it is written
 * @throws DataCloneError if something in the value cannot be cloned: it says what and where
 */
export function encodeValue(value: unknown, into: ByteSink): Encoding {
  const writer = spare ?? new WireWriter();
  spare = undefined;
  writer.begin(into);
  try {
    writer.write(value, "value");
  } finally {
    writer.end(into);
    spare = writer;
  }
  return Encoding.Wire;
}
