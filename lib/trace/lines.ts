/** What crosses the boundary, in words. */
import { decodePair, decodeValue } from "../codec/index.ts";
import { sketchOf } from "../contract/sketch.ts";
import { Inspect, INSPECT_KIND, PostKind, RecordType, SourceEncoding } from "../engine/engine.ts";
import { SOURCE_HAS_ARGUMENTS, SOURCE_HAS_OFFSETS, SOURCE_IS_BODY } from "../engine/engine.ts";

/** Larger messages are shown by their size: to show them they would be decoded once more. */
const SHOWN_BYTES_MAX = 64 * 1024;
const SCRIPT_SHOWN_MAX = 120;

const postNames = namesOf(PostKind);
const recordNames = namesOf(RecordType);
const inspectNames = namesOf(Inspect);

/** Bytes of a post or a record, as they are. */
export interface Payload {
  readonly encoding: number;
  readonly bytes: Uint8Array | null;
  readonly start: number;
  readonly end: number;
}

/** @returns `evaluate 3 "1 + 1" (evaluate.js)`, `message "order" [ 'tea' ]` */
export function describePost(kind: PostKind, requestId: number, payload: Payload): string {
  const name = `${postNames.get(kind) ?? `post ${kind}`}${requestId === 0 ? "" : ` ${requestId}`}`;
  switch (kind) {
    case PostKind.Execute:
    case PostKind.Evaluate:
      return `${name} ${scriptOf(payload)}`;
    case PostKind.Message:
    case PostKind.Request:
      return `${name} ${pairOf(payload)}`;
    case PostKind.Response:
    case PostKind.ResponseError:
      return `${name} ${valueOf(payload)}`;
    case PostKind.Locale:
      return `${name} ${textOf(payload).split("\0").join(" ")}`;
    case PostKind.Inspect:
      return `${name} ${commandOf(payload)}`;
    default:
      return name;
  }
}

/** @returns `reply 3 2`, `request 1 "price" { item: 'tea' }`, `terminated { reason: 'cpu_limit_exceeded', … }` */
export function describeRecord(type: number, requestId: number, payload: Payload): string {
  const name = `${recordNames.get(type) ?? `record ${type}`}${requestId === 0 ? "" : ` ${requestId}`}`;
  switch (type) {
    case RecordType.Message:
    case RecordType.Request:
    case RecordType.Console:
      return `${name} ${pairOf(payload)}`;
    case RecordType.Created:
    case RecordType.Writable:
    case RecordType.RequestAborted:
    case RecordType.Degraded:
      return name;
    case RecordType.Inspect:
      return `${name} ${cutText(payload)}`;
    default:
      return `${name} ${valueOf(payload)}`;
  }
}

function pairOf({ encoding, bytes, start, end }: Payload): string {
  return shown(end - start, () => {
    const [name, data] = decodePair(encoding, bytes!, start, end);
    return data === undefined ? sketchOf([name]) : `${sketchOf([name])} ${sketchOf([data])}`;
  });
}

function valueOf({ encoding, bytes, start, end }: Payload): string {
  return shown(end - start, () => sketchOf([decodeValue(encoding, bytes!, start, end)]));
}

/** What cannot be decoded is for the library to refuse. */
function shown(size: number, read: () => string): string {
  if (size > SHOWN_BYTES_MAX) return `(${size} bytes)`;
  try {
    return oneLine(read());
  } catch {
    return `(${size} bytes that cannot be read)`;
  }
}

/** Layout: lib/core/source.ts. */
function scriptOf({ encoding, bytes, start, end }: Payload): string {
  if (!bytes || end - start < 4) return "";
  const view = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  const head = view.readUInt32LE(0);
  const has = (bit: number): boolean => (head & bit) !== 0;
  let nameAt = 4;
  let argsLength = 0;
  if (has(SOURCE_HAS_ARGUMENTS)) {
    argsLength = view.readUInt32LE(nameAt);
    nameAt += 4;
  }
  if (has(SOURCE_HAS_OFFSETS)) nameAt += 8;
  const textAt = nameAt + (head - flags(head)) + argsLength;
  const name = view.toString("utf8", nameAt, textAt - argsLength);
  const coding = encoding === SourceEncoding.Latin1 ? "latin1" : encoding === SourceEncoding.Utf16 ? "utf16le" : "utf8";
  const text = cut(view.toString(coding, textAt, Math.min(view.length, textAt + 4 * SCRIPT_SHOWN_MAX)));
  return `${JSON.stringify(text)} (${name}, ${end - start} bytes)`;
}

/** What a debugger asks. */
function commandOf({ bytes, start, end, encoding }: Payload): string {
  const kind = (bytes?.[start] ?? 0) & INSPECT_KIND;
  const name = inspectNames.get(kind) ?? `${kind}`;
  return kind === Inspect.Command ? `${name} ${cutText({ bytes, start: start + 1, end, encoding })}` : name;
}

function cutText({ bytes, start, end, encoding }: Payload): string {
  return cut(oneLine(textOf({ bytes, start, end: Math.min(end, start + 4 * SCRIPT_SHOWN_MAX), encoding })));
}

function cut(text: string): string {
  return text.length > SCRIPT_SHOWN_MAX ? `${text.slice(0, SCRIPT_SHOWN_MAX)}…` : text;
}

function flags(head: number): number {
  const all = [SOURCE_HAS_ARGUMENTS, SOURCE_HAS_OFFSETS, SOURCE_IS_BODY];
  return all.reduce((sum, bit) => sum + ((head & bit) === 0 ? 0 : bit), 0);
}

function textOf({ bytes, start, end }: Payload): string {
  return bytes ? Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString() : "";
}

/** A guest's text begins no line of its own, and moves no cursor. */
function oneLine(text: string): string {
  return text.replace(
    /[\0-\x1f\x7f-\x9f\u2028\u2029]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** `ReplyError` is a "reply error". */
function namesOf(numbers: Readonly<Record<string, number>>): ReadonlyMap<number, string> {
  const words = (name: string): string => name.replace(/(?<!^)[A-Z]/g, " $&").toLowerCase();
  return new Map(Object.entries(numbers).map(([name, number]) => [number, words(name)]));
}
