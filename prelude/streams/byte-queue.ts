/**
 * Streams: the bytes that a byte stream has, and the views that wait for some.
 * https://streams.spec.whatwg.org/#readable-byte-stream-queue-entry
 */
import { Queue } from "./queue.ts";
import { type ViewKind, copyBytes, newView, transferBuffer } from "./views.ts";

interface QueueEntry {
  readonly buffer: ArrayBuffer;
  byteOffset: number;
  byteLength: number;
}

/** https://streams.spec.whatwg.org/#pull-into-descriptor */
export interface PullInto {
  buffer: ArrayBuffer;
  readonly bufferByteLength: number;
  readonly byteOffset: number;
  readonly byteLength: number;
  bytesFilled: number;
  readonly minimumFill: number;
  readonly kind: ViewKind;
  readerType: "default" | "byob" | "none";
}

/** https://streams.spec.whatwg.org/#readable-byte-stream-controller-convert-pull-into-descriptor */
export function convertPullInto({ buffer, byteOffset, bytesFilled, kind }: PullInto): ArrayBufferView {
  return newView(kind, transferBuffer(buffer), byteOffset, bytesFilled / kind.elementSize);
}

export class ByteQueue {
  readonly #entries = new Queue<QueueEntry>();
  /** Entries change size, so their sum is kept here. */
  byteLength = 0;

  push(buffer: ArrayBuffer, byteOffset: number, byteLength: number): void {
    this.#entries.push({ buffer, byteOffset, byteLength });
    this.byteLength += byteLength;
  }

  shift(): QueueEntry {
    const entry = this.#entries.shift();
    this.byteLength -= entry.byteLength;
    return entry;
  }

  clear(): void {
    this.#entries.clear();
    this.byteLength = 0;
  }

  /** https://streams.spec.whatwg.org/#readable-byte-stream-controller-fill-pull-into-descriptor-from-queue */
  fill(pullInto: PullInto): boolean {
    const wanted = pullInto.byteLength - pullInto.bytesFilled;
    let remaining = this.byteLength < wanted ? this.byteLength : wanted;
    const bytesMax = pullInto.bytesFilled + remaining;
    const aligned = bytesMax - (bytesMax % pullInto.kind.elementSize);
    const ready = aligned >= pullInto.minimumFill;
    if (ready) remaining = aligned - pullInto.bytesFilled;
    while (remaining > 0) {
      const head = this.#entries.peek()!;
      const count = remaining < head.byteLength ? remaining : head.byteLength;
      copyBytes(pullInto.buffer, pullInto.byteOffset + pullInto.bytesFilled, head.buffer, head.byteOffset, count);
      if (head.byteLength === count) {
        this.#entries.shift();
      } else {
        head.byteOffset += count;
        head.byteLength -= count;
      }
      this.byteLength -= count;
      pullInto.bytesFilled += count;
      remaining -= count;
    }
    return ready;
  }
}
