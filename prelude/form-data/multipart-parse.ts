/**
 * The multipart/form-data parser. https://andreubotella.github.io/multipart-form-data/#multipart-form-data-parser
 *
 * What it reads may come from anywhere: it works on bytes, in one pass.
 */
import { Op } from "../core/engine.ts";
import { BlobData, utf8Decode } from "../file-api/blob.ts";
import { ByteSequence, copyBytes } from "../file-api/bytes.ts";
import { createFile, now } from "../file-api/file.ts";
import { EntryList } from "./form-data.ts";
import {
  NativeUint8Array,
  StringPrototypeSlice,
  StringPrototypeToLowerCase,
  TypedArrayBuffer,
  TypedArrayByteLength,
  TypedArrayByteOffset,
} from "../core/primordials.ts";

const enum Byte {
  Tab = 9,
  LF = 10,
  CR = 13,
  Space = 32,
  Quote = 34,
  Dash = 45,
  Colon = 58,
  Semicolon = 59,
  Equals = 61,
}

interface Headers {
  readonly name: string;
  readonly filename: string | undefined;
  readonly type: string | undefined;
}

/** A place in the bytes. Its methods return undefined (or false) when something else stands there. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #length: number;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#length = TypedArrayByteLength(bytes);
  }

  /** Passes over a byte. */
  skip(byte: Byte): boolean {
    if (this.#bytes[this.#position] !== byte) return false;
    this.#position++;
    return true;
  }

  skipLineEnd(): boolean {
    if (this.#bytes[this.#position] !== Byte.CR || this.#bytes[this.#position + 1] !== Byte.LF) return false;
    this.#position += 2;
    return true;
  }

  skipAll(wanted: Uint8Array): boolean {
    if (!this.#startsWith(wanted, this.#position)) return false;
    this.#position += TypedArrayByteLength(wanted);
    return true;
  }

  skipWhitespace(): void {
    while (this.#bytes[this.#position] === Byte.Space || this.#bytes[this.#position] === Byte.Tab) this.#position++;
  }

  get atEnd(): boolean {
    return this.#position === this.#length;
  }

  /** The bytes up to one of the two, which is not passed over; up to the end if there is none. */
  until(first: Byte, second: Byte): Uint8Array {
    const start = this.#position;
    while (this.#position < this.#length) {
      const byte = this.#bytes[this.#position];
      if (byte === first || byte === second || byte === Byte.CR || byte === Byte.LF) break;
      this.#position++;
    }
    return this.#view(start, this.#position);
  }

  /** The bytes before the next occurrence, which is passed over too. */
  untilAll(wanted: Uint8Array): Uint8Array | undefined {
    const start = this.#position;
    const last = this.#length - TypedArrayByteLength(wanted);
    for (let position = start; position <= last; position++) {
      if (!this.#startsWith(wanted, position)) continue;
      this.#position = position + TypedArrayByteLength(wanted);
      return this.#view(start, position);
    }
    return undefined;
  }

  #startsWith(wanted: Uint8Array, position: number): boolean {
    const length = TypedArrayByteLength(wanted);
    if (this.#length - position < length) return false;
    for (let index = 0; index < length; index++) if (this.#bytes[position + index] !== wanted[index]) return false;
    return true;
  }

  #view(start: number, end: number): Uint8Array {
    return new NativeUint8Array(TypedArrayBuffer(this.#bytes), TypedArrayByteOffset(this.#bytes) + start, end - start);
  }
}

/** The entries of a body, undefined if it is malformed. */
export function parseMultipart(body: Uint8Array, boundary: string): EntryList | undefined {
  const entries = new EntryList();
  const reader = new Reader(body);
  const delimiter = op(Op.Utf8Encode, `--${boundary}`);
  const separator = op(Op.Utf8Encode, `\r\n--${boundary}`);
  if (!reader.skipAll(delimiter)) return undefined;
  for (;;) {
    if (reader.skip(Byte.Dash)) {
      if (!reader.skip(Byte.Dash)) return undefined;
      // What follows is transport padding, or a line end.
      return entries;
    }
    reader.skipWhitespace();
    if (!reader.skipLineEnd()) return undefined;
    const headers = readHeaders(reader);
    if (headers === undefined) return undefined;
    const content = reader.untilAll(separator);
    if (content === undefined) return undefined;
    if (headers.filename === undefined) {
      entries.append(headers.name, utf8Decode(content));
    } else {
      const bytes = new ByteSequence();
      bytes.append(copyBytes(content));
      entries.append(
        headers.name,
        createFile(new BlobData(bytes, headers.type ?? "text/plain", headers.filename, now())),
      );
    }
  }
}

/** Up to the empty line, which is passed over. undefined: malformed, or without a name. */
function readHeaders(reader: Reader): Headers | undefined {
  let name: string | undefined;
  let filename: string | undefined;
  let type: string | undefined;
  while (!reader.skipLineEnd()) {
    if (reader.atEnd) return undefined;
    const header = StringPrototypeToLowerCase(op(Op.BytesToString, reader.until(Byte.Colon, Byte.Colon)));
    if (header === "" || !reader.skip(Byte.Colon)) return undefined;
    reader.skipWhitespace();
    if (header === "content-disposition") {
      const disposition = readDisposition(reader);
      if (disposition === undefined) return undefined;
      name = disposition.name;
      filename = disposition.filename;
    } else {
      const value = op(Op.BytesToString, reader.until(Byte.CR, Byte.LF));
      if (header === "content-type") type = trimEnd(value);
    }
    if (!reader.skipLineEnd()) return undefined;
  }
  return name === undefined ? undefined : { name, filename, type };
}

/** form-data; name="…"; filename="…" */
function readDisposition(reader: Reader): { readonly name: string; readonly filename: string | undefined } | undefined {
  if (StringPrototypeToLowerCase(op(Op.BytesToString, reader.until(Byte.Semicolon, Byte.Space))) !== "form-data") {
    return undefined;
  }
  let name: string | undefined;
  let filename: string | undefined;
  for (;;) {
    reader.skipWhitespace();
    if (!reader.skip(Byte.Semicolon)) break;
    reader.skipWhitespace();
    const parameter = StringPrototypeToLowerCase(op(Op.BytesToString, reader.until(Byte.Equals, Byte.Semicolon)));
    if (!reader.skip(Byte.Equals)) return undefined;
    const quoted = reader.skip(Byte.Quote);
    const bytes = quoted ? reader.until(Byte.Quote, Byte.Quote) : reader.until(Byte.Semicolon, Byte.Space);
    if (quoted && !reader.skip(Byte.Quote)) return undefined;
    const value = unescape(op(Op.Utf8Decode, bytes, false)!);
    if (parameter === "name") name = value;
    else if (parameter === "filename") filename = value;
  }
  return name === undefined ? undefined : { name, filename };
}

/** The reverse of the encoder's escape. */
function unescape(text: string): string {
  let result = "";
  for (let index = 0; index < text.length; index++) {
    const code = text[index] === "%" ? StringPrototypeSlice(text, index + 1, index + 3) : "";
    const unit =
      code === "0A" || code === "0a" ? "\n" : code === "0D" || code === "0d" ? "\r" : code === "22" ? '"' : "";
    if (unit !== "") index += 2;
    result += unit === "" ? text[index]! : unit;
  }
  return result;
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === " " || text[end - 1] === "\t")) end--;
  return StringPrototypeSlice(text, 0, end);
}
