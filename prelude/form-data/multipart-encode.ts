/**
 * HTML: multipart/form-data encoding.
 * https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
 */
import { Op } from "../core/engine.ts";
import { blobDataOf } from "../file-api/blob.ts";
import { ByteSequence } from "../file-api/bytes.ts";
import type { EntryList } from "./form-data.ts";
import { StringPrototypeCharAt, StringPrototypeSlice } from "../core/primordials.ts";
import { randomHexadecimal } from "../core/random-text.ts";

/** A boundary that no content is likely to hold. */
export function createBoundary(): string {
  return `----formdata-network-runtime-${randomHexadecimal()}`;
}

/** Every line break as CRLF. */
function normalize(text: string): string {
  let result = "";
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text[index];
    if (unit !== "\r" && unit !== "\n") continue;
    result += `${StringPrototypeSlice(text, start, index)}\r\n`;
    if (unit === "\r" && StringPrototypeCharAt(text, index + 1) === "\n") index++;
    start = index + 1;
  }
  return start === 0 ? text : result + StringPrototypeSlice(text, start);
}

/** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#escape-a-multipart-form-data-name */
function escape(name: string): string {
  let result = "";
  for (let index = 0; index < name.length; index++) {
    const unit = name[index]!;
    result += unit === "\n" ? "%0A" : unit === "\r" ? "%0D" : unit === '"' ? "%22" : unit;
  }
  return result;
}

/** The body. Its bytes are shared with the files. */
export function encodeMultipart(entries: EntryList, boundary: string): ByteSequence {
  const body = new ByteSequence();
  for (let index = 0; index < entries.names.length; index++) {
    const value = entries.values[index]!;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escape(normalize(entries.names[index]!))}"`;
    if (typeof value === "string") {
      body.append(op(Op.Utf8Encode, `${head}\r\n\r\n${normalize(value)}\r\n`));
      continue;
    }
    const data = blobDataOf(value)!;
    const type = data.type === "" ? "application/octet-stream" : data.type;
    body.append(op(Op.Utf8Encode, `${head}; filename="${escape(data.name)}"\r\nContent-Type: ${type}\r\n\r\n`));
    body.appendAll(data.bytes);
    body.append(op(Op.Utf8Encode, "\r\n"));
  }
  body.append(op(Op.Utf8Encode, `--${boundary}--\r\n`));
  return body;
}
