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
import { percentDecode } from "../core/percent-decode.ts";
import { isToken, normalizeValue } from "../core/tokens.ts";
import {
  NativeUint8Array,
  StringPrototypeIndexOf,
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

  skipDelimiter(delimiter: Uint8Array): boolean {
    const end = this.#position + TypedArrayByteLength(delimiter);
    if (!this.#startsWith(delimiter, this.#position) || !this.#endsDelimiter(end)) return false;
    this.#position = end;
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

  /** The bytes before the next delimiter, which is passed over too. A longer line that begins like it is none. */
  untilDelimiter(delimiter: Uint8Array): Uint8Array | undefined {
    const start = this.#position;
    const length = TypedArrayByteLength(delimiter);
    for (let position = start; position <= this.#length - length; position++) {
      if (!this.#startsWith(delimiter, position) || !this.#endsDelimiter(position + length)) continue;
      this.#position = position + length;
      return this.#view(start, position);
    }
    return undefined;
  }

  /** https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1: "--", or transport padding and a line end. */
  #endsDelimiter(start: number): boolean {
    const bytes = this.#bytes;
    if (bytes[start] === Byte.Dash && bytes[start + 1] === Byte.Dash) return true;
    let position = start;
    while (bytes[position] === Byte.Space || bytes[position] === Byte.Tab) position++;
    return bytes[position] === Byte.CR && bytes[position + 1] === Byte.LF;
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
  // https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1: what is before the first delimiter, and after the last, is
  // for nobody. The parser that is cited above knows no such preamble; node, Bun and Deno do.
  if (!reader.skipDelimiter(delimiter) && reader.untilDelimiter(separator) === undefined) return undefined;
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
    const content = reader.untilDelimiter(separator);
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
    const field = op(Op.BytesToString, reader.until(Byte.Colon, Byte.Colon));
    const header = StringPrototypeToLowerCase(normalizeValue(field));
    if (!isToken(header) || !reader.skip(Byte.Colon)) return undefined;
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

/** form-data; name="…"; filename="…", and what else is there. An extended file name (RFC 8187) goes before a plain one. */
function readDisposition(reader: Reader): { readonly name: string; readonly filename: string | undefined } | undefined {
  const type = normalizeValue(op(Op.BytesToString, reader.until(Byte.Semicolon, Byte.Semicolon)));
  if (StringPrototypeToLowerCase(type) !== "form-data") return undefined;
  let name: string | undefined;
  let filename: string | undefined;
  let extended: string | undefined;
  while (reader.skip(Byte.Semicolon)) {
    reader.skipWhitespace();
    const field = op(Op.BytesToString, reader.until(Byte.Equals, Byte.Semicolon));
    const parameter = StringPrototypeToLowerCase(normalizeValue(field));
    // Something without a value, or nothing at all.
    if (!reader.skip(Byte.Equals)) continue;
    reader.skipWhitespace();
    const quoted = reader.skip(Byte.Quote);
    const bytes = quoted ? reader.until(Byte.Quote, Byte.Quote) : reader.until(Byte.Semicolon, Byte.Space);
    if (quoted && !reader.skip(Byte.Quote)) return undefined;
    const value = op(Op.Utf8Decode, bytes, false)!;
    if (parameter === "name") name = unescape(value);
    else if (parameter === "filename") filename = unescape(value);
    else if (parameter === "filename*") extended = decodeExtended(value);
    reader.skipWhitespace();
  }
  return name === undefined ? undefined : { name, filename: extended ?? filename };
}

/** https://www.rfc-editor.org/rfc/rfc8187#section-3.2: UTF-8, a language, percent-encoded text. undefined: it is none. */
function decodeExtended(value: string): string | undefined {
  if (StringPrototypeToLowerCase(StringPrototypeSlice(value, 0, 6)) !== "utf-8'") return undefined;
  const language = StringPrototypeIndexOf(value, "'", 6);
  if (language < 0) return undefined;
  return op(Op.Utf8Decode, percentDecode(value, language + 1, value.length), false);
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
