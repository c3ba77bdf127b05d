/** Buffers and views of decoded messages. */
import { VIEW_LENGTH_TRACKING, VIEW_OF_RESIZABLE, VIEW_TYPES } from "./wire-format.ts";

/**
 * Resizable buffers that came from guests and are alive, at most. Each is a mapping of its own, a process has some 65,000 of
 * those, and JavaScriptCore aborts the process when they run out; so the buffers beyond arrive with a fixed length.
 */
export const RESIZABLE_ALIVE_MAX = 256;

let alive = 0;
const registry = new FinalizationRegistry<undefined>(() => {
  alive--;
});

/** What memory is mapped in. */
const PAGE_BYTES = 4096;

/** A maximum is a number in the message: addresses are reserved for no more than the pages that the bytes take anyway. */
function fitsPagesOf(byteLength: number, maxByteLength: number): boolean {
  return maxByteLength <= Math.max(Math.ceil(byteLength / PAGE_BYTES), 1) * PAGE_BYTES;
}

/** A resizable buffer, or a fixed one: if its maximum would reserve more than its bytes, or if too many are alive. */
export function resizableBuffer(byteLength: number, maxByteLength: number): ArrayBuffer {
  if (alive >= RESIZABLE_ALIVE_MAX || !fitsPagesOf(byteLength, maxByteLength)) return new ArrayBuffer(byteLength);
  const buffer = new ArrayBuffer(byteLength, { maxByteLength });
  registry.register(buffer, undefined);
  alive++;
  return buffer;
}

const TYPES = new Map(VIEW_TYPES.map(([tag, type, elementSize]) => [tag, { type, elementSize }]));

/** The view that the wire describes, or undefined if there cannot be such a view of this buffer. */
export function makeView(
  buffer: ArrayBuffer,
  tag: number,
  byteOffset: number,
  byteLength: number,
  flags: number,
): ArrayBufferView | undefined {
  const kind = TYPES.get(tag);
  if (kind === undefined || byteOffset + byteLength > buffer.byteLength) return undefined;
  const { type, elementSize } = kind;
  if (byteOffset % elementSize !== 0 || byteLength % elementSize !== 0) return undefined;
  if (flags > (VIEW_OF_RESIZABLE | VIEW_LENGTH_TRACKING)) return undefined;
  // A buffer that says otherwise than its view may have been made fixed above.
  if (buffer.resizable && (flags & VIEW_OF_RESIZABLE) === 0) return undefined;
  if ((flags & VIEW_LENGTH_TRACKING) !== 0) {
    if (buffer.resizable) return new type(buffer, byteOffset);
    return new type(buffer, byteOffset, Math.floor((buffer.byteLength - byteOffset) / elementSize));
  }
  return new type(buffer, byteOffset, byteLength / elementSize);
}
