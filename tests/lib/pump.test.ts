import { describe, expect, test } from "bun:test";
import { RECORD_HEADER_SIZE, RecordType } from "../../lib/engine/constants.ts";
import { Pump } from "../../lib/ffi/pump.ts";
import type { RecordSource } from "../../lib/ffi/pump.ts";
import type { RecordSink } from "../../lib/engine/engine.ts";

/** Records as the engine lays them out. */
class FakeSource implements RecordSource {
  readonly queue: Uint8Array[] = [];
  /** What poll answers when there are no records. */
  emptyPoll = 0;
  polls = 0;
  arms = 0;
  disarms = 0;
  capacities: number[] = [];

  add(isolateId: number, payloadLength = 8): void {
    const size = RECORD_HEADER_SIZE + Math.ceil(payloadLength / 8) * 8;
    const words = new Uint32Array(size / 4);
    words.set([size, RecordType.Message | (3 << 16), isolateId, 77, payloadLength, 0]);
    this.queue.push(new Uint8Array(words.buffer));
  }

  poll(): number {
    this.polls++;
    return this.queue.length > 0 ? 1 : this.emptyPoll;
  }

  take(buffer: Uint8Array): number {
    this.capacities.push(buffer.length);
    let used = 0;
    for (let record = this.queue[0]; record; record = this.queue[0]) {
      if (used + record.length > buffer.length) return used > 0 ? used : -record.length;
      buffer.set(record, used);
      used += record.length;
      this.queue.shift();
    }
    return used;
  }

  arm(): number {
    this.arms++;
    return this.queue.length > 0 ? 0 : 1;
  }

  disarm(): void {
    this.disarms++;
  }
}

/** A sink that takes every record at once. */
function taking(...[take]: [(...record: Parameters<RecordSink["record"]>) => unknown]): RecordSink {
  return {
    record: (...record) => {
      take(...record);
      return true;
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("the pump", () => {
  test("starts asleep, and hands out a record with all its fields when the doorbell rings", () => {
    const source = new FakeSource();
    const records: unknown[][] = [];
    const pump = new Pump(
      source,
      taking((type, encoding, isolateId, requestId, bytes, start, end) =>
        records.push([type, encoding, isolateId, requestId, bytes.length > end, end - start]),
      ),
      0,
    );
    pump.start();
    expect(source.arms).toBe(1);
    source.add(5, 13);
    pump.rang();
    expect(records).toEqual([[RecordType.Message, 3, 5, 77, true, 13]]);
    expect(source.arms).toBe(2);
  });

  test("keeps the order over many buffers", () => {
    const source = new FakeSource();
    const ids: number[] = [];
    const pump = new Pump(
      source,
      taking((_t, _e, isolateId) => ids.push(isolateId)),
      0,
    );
    pump.start();
    for (let id = 0; id < 50; id++) source.add(id, 20_000);
    pump.rang();
    pump.finish(() => {});
    expect(ids).toEqual(Array.from({ length: 50 }, (_, id) => id));
  });

  test("takes a record larger than its buffer, and goes back to the buffer", async () => {
    const source = new FakeSource();
    const lengths: number[] = [];
    const pump = new Pump(
      source,
      taking((_t, _e, _i, _r, _b, start, end) => lengths.push(end - start)),
      0,
    );
    pump.start();
    source.add(0, 1_000_000);
    source.add(0, 10);
    pump.rang();
    // On a busy machine the large one may take all of a turn.
    while (lengths.length < 2) await Bun.sleep(1);
    expect(lengths).toEqual([1_000_000, 10]);
    const standard = source.capacities[0] as number;
    expect(source.capacities.filter((capacity) => capacity !== standard)).toEqual([1_000_024]);
    expect(source.capacities.at(-1)).toBe(standard);
  });

  test("lets the host's timers run while handlers are slow", async () => {
    const source = new FakeSource();
    let handled = 0;
    const slow = taking(() => {
      handled++;
      const end = performance.now() + 2;
      while (performance.now() < end);
    });
    const pump = new Pump(source, slow, 0);
    pump.start();
    for (let n = 0; n < 50; n++) source.add(0);
    pump.rang();
    expect(handled).toBeLessThan(10);
    let atTimer = 0;
    await new Promise<void>((resolve) =>
      setTimeout(() => {
        atTimer = handled;
        resolve();
      }, 1),
    );
    expect(atTimer).toBeLessThan(50);
    while (handled < 50) await turn();
    expect(handled).toBe(50);
  });

  test("hands a record that was not taken out again when the loop has turned, its isolate's others behind it, those of others meanwhile", async () => {
    const source = new FakeSource();
    const log: string[] = [];
    const slices = new Map<number, number>();
    const inSlices = (isolateId: number, payload: number): boolean => {
      log.push(`${isolateId}:${payload}`);
      if (payload < 20_000) return true;
      const slice = (slices.get(isolateId) ?? 0) + 1;
      slices.set(isolateId, slice % 4);
      return slice === 4;
    };
    const record: RecordSink["record"] = (_t, _e, isolateId, _r, _b, start, end) => inSlices(isolateId, end - start);
    const pump = new Pump(source, { record }, 0);
    pump.start();
    source.add(0);
    // Within a buffer, alone in one, longer than one that is copied; two isolates' at a time.
    source.add(1, 20_000);
    source.add(1, 8);
    source.add(2, 8);
    source.add(1, 100_000);
    source.add(3, 700_000);
    source.add(1, 16);
    for (let n = 0; n < 40; n++) source.add(2, 10_000 + n);
    source.add(3, 8);
    source.add(1, 6_000_000);
    source.add(1, 24);
    source.add(2, 16);
    pump.rang();
    expect(log).toEqual(["0:8", "1:20000"]);
    while (source.queue.length > 0 || log.filter((entry) => entry === "1:24").length === 0) await turn();
    const of = (isolateId: number): string[] => log.filter((entry) => entry.startsWith(`${isolateId}:`));
    const four = (entry: string): string[] => Array<string>(4).fill(entry);
    expect(of(1)).toEqual([...four("1:20000"), "1:8", ...four("1:100000"), "1:16", ...four("1:6000000"), "1:24"]);
    expect(of(2)).toEqual(["2:8", ...Array.from({ length: 40 }, (_, n) => `2:${10_000 + n}`), "2:16"]);
    expect(of(3)).toEqual([...four("3:700000"), "3:8"]);
    expect(log.indexOf("2:8")).toBeLessThan(log.lastIndexOf("1:20000"));
    expect(log.indexOf("3:700000")).toBeLessThan(log.lastIndexOf("1:100000"));
    expect(log.indexOf("2:16")).toBeLessThan(log.lastIndexOf("1:6000000"));
  });

  test("what waits behind a record is bounded: then all wait", async () => {
    const source = new FakeSource();
    let isDone = false;
    const log = new Map<number, number>();
    const record: RecordSink["record"] = (_t, _e, isolateId, _r, _b, start, end) => {
      if (end - start === 50_000 && !isDone) return false;
      log.set(isolateId, (log.get(isolateId) ?? 0) + 1);
      return true;
    };
    const pump = new Pump(source, { record }, 0);
    pump.start();
    source.add(1, 50_000);
    for (let n = 0; n < 400; n++) source.add(1, 100_000);
    source.add(2);
    pump.rang();
    for (let n = 0; n < 2000; n++) await turn();
    expect([log.get(1), log.get(2)]).toEqual([undefined, undefined]);
    // 4 MiB, and what came with the last of them.
    expect(source.queue.length).toBeGreaterThan(400 - 50);
    isDone = true;
    while (!log.has(2)) await turn();
    expect([log.get(1), log.get(2)]).toEqual([401, 1]);
  });

  test("bytes of a record stay as they are until it has been taken", async () => {
    const source = new FakeSource();
    const seen: boolean[] = [];
    const places = new Set<unknown>();
    let slices = 0;
    const record: RecordSink["record"] = (_t, _e, isolateId, _r, bytes, start, end) => {
      if (isolateId !== 1) return true;
      places.add(bytes);
      if (slices === 0) bytes.fill(7, start, end);
      seen.push(bytes.subarray(start, end).every((byte) => byte === 7));
      return ++slices > 20;
    };
    const pump = new Pump(source, { record }, 0);
    pump.start();
    source.add(1, 30_000);
    for (let n = 0; n < 50; n++) source.add(2, 200_000);
    source.add(3, 300_000);
    pump.rang();
    while (slices <= 20) await turn();
    expect([seen.every(Boolean), places.size]).toEqual([true, 1]);
  });

  test("finish hands out the rest of a record, however long it takes", () => {
    const source = new FakeSource();
    const deadlines: number[] = [];
    const record = (...args: Parameters<RecordSink["record"]>): boolean => {
      deadlines.push(args[7]);
      return args[7] === Infinity;
    };
    const pump = new Pump(source, { record }, 0);
    pump.start();
    source.add(0);
    pump.rang();
    expect(deadlines).toHaveLength(1);
    let done = false;
    pump.finish(() => (done = true));
    expect([deadlines.length, deadlines[1], done]).toEqual([2, Infinity, true]);
  });

  test("looks again after a post without a doorbell, and sleeps once it has been quiet", async () => {
    const source = new FakeSource();
    let handled = 0;
    const pump = new Pump(
      source,
      taking(() => handled++),
      1000,
    );
    pump.start();
    pump.posting();
    pump.posting();
    await turn();
    expect(source.polls).toBeGreaterThan(0);
    expect([source.arms, source.disarms]).toEqual([1, 1]);
    source.add(0);
    while (source.arms === 1) await turn();
    expect(handled).toBe(1);
    const { polls } = source;
    await turn();
    await turn();
    expect(source.polls).toBe(polls);
  });

  test("sleeps at once when nothing can come", async () => {
    const source = new FakeSource();
    source.emptyPoll = 2;
    const pump = new Pump(
      source,
      taking(() => {}),
      1000,
    );
    pump.start();
    pump.posting();
    await turn();
    expect([source.polls, source.arms]).toEqual([1, 2]);
  });

  test("finish hands out everything, at the end of the records being handed out", async () => {
    const source = new FakeSource();
    const log: string[] = [];
    const pump = new Pump(
      source,
      taking((_t, _e, isolateId) => {
        log.push(`${isolateId}`);
        if (isolateId === 1) pump.finish(() => log.push("done"));
      }),
      0,
    );
    pump.start();
    for (let id = 0; id < 4; id++) source.add(id);
    pump.rang();
    while (!log.includes("done")) await turn();
    expect(log).toEqual(["0", "1", "2", "3", "done"]);
  });
});
