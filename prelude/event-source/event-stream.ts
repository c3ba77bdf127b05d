/**
 * HTML: parsing an event stream. https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
import { Op } from "../core/engine.ts";
import { ByteSequence, copyBytes } from "../file-api/bytes.ts";
import {
  NativeUint8Array,
  StringPrototypeCharAt,
  StringPrototypeSlice,
  TypedArrayBuffer,
  TypedArrayByteLength,
  TypedArrayByteOffset,
} from "../core/primordials.ts";

/** What a stream says. */
export interface StreamSteps {
  /** https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage */
  event(type: string, data: string): void;
  /** The next connection's wait, in milliseconds. */
  retry(milliseconds: number): void;
}

const lineFeed = 10;
const carriageReturn = 13;

/** Takes bytes as they come. Lines end at bytes that are part of no other character, so each is decoded when it is there. */
export class EventStream {
  readonly #steps: StreamSteps;
  /** The beginning of a line whose end has not come. */
  #line = new ByteSequence();
  #first = true;
  /** The last byte ended a line as the first half of a pair. */
  #pair = false;
  #type = "";
  #data = "";
  #lastEventIdBuffer: string;
  /** https://html.spec.whatwg.org/multipage/server-sent-events.html#concept-event-stream-last-event-id */
  lastEventId: string;

  /** @param lastEventId - of the connection before */
  constructor(steps: StreamSteps, lastEventId: string) {
    this.#steps = steps;
    this.#lastEventIdBuffer = lastEventId;
    this.lastEventId = lastEventId;
  }

  feed(bytes: Uint8Array): void {
    const length = TypedArrayByteLength(bytes);
    let start = 0;
    for (let index = 0; index < length; index++) {
      const unit = bytes[index]!;
      if (unit === lineFeed && this.#pair) start = index + 1;
      else if (unit === lineFeed || unit === carriageReturn) {
        this.#endLine(part(bytes, start, index));
        start = index + 1;
      }
      this.#pair = unit === carriageReturn;
    }
    if (start < length) this.#line.append(copyBytes(part(bytes, start, length)));
  }

  #endLine(end: Uint8Array): void {
    let bytes = end;
    if (this.#line.length > 0) {
      this.#line.append(end);
      bytes = this.#line.toReadOnlyBytes();
      this.#line = new ByteSequence();
    }
    const text = op(Op.Utf8Decode, bytes, false)!;
    const marked = this.#first && StringPrototypeCharAt(text, 0) === "\ufeff";
    this.#first = false;
    this.#takeLine(marked ? StringPrototypeSlice(text, 1) : text);
  }

  /** https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */
  #takeLine(line: string): void {
    if (line === "") return this.#dispatch();
    let colon = 0;
    while (colon < line.length && line[colon] !== ":") colon++;
    const name = StringPrototypeSlice(line, 0, colon);
    const value = StringPrototypeSlice(line, StringPrototypeCharAt(line, colon + 1) === " " ? colon + 2 : colon + 1);
    switch (name) {
      case "event":
        this.#type = value;
        return;
      case "data":
        this.#data += `${value}\n`;
        return;
      case "id":
        if (!has(value, "\0")) this.#lastEventIdBuffer = value;
        return;
      case "retry":
        if (isDigits(value)) this.#steps.retry(+value);
    }
  }

  #dispatch(): void {
    const type = this.#type === "" ? "message" : this.#type;
    const data = this.#data;
    this.#type = "";
    this.#data = "";
    this.lastEventId = this.#lastEventIdBuffer;
    if (data !== "") this.#steps.event(type, StringPrototypeSlice(data, 0, data.length - 1));
  }
}

function part(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new NativeUint8Array(TypedArrayBuffer(bytes), TypedArrayByteOffset(bytes) + start, end - start);
}

function has(text: string, unit: string): boolean {
  for (let index = 0; index < text.length; index++) if (text[index] === unit) return true;
  return false;
}

function isDigits(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text[index]! < "0" || text[index]! > "9") return false;
  return text !== "";
}
