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
    expect(source.capacities).toEqual([standard, 1_000_024, standard, standard].slice(0, source.capacities.length));
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

  test("hands a record that was not taken out again, ahead of all others, when the loop has turned", async () => {
    const source = new FakeSource();
    const log: string[] = [];
    const inSlices = (isolateId: number): boolean => {
      log.push(`${isolateId}`);
      return isolateId !== 1 || log.filter((entry) => entry === "1").length > 3;
    };
    const pump = new Pump(source, { record: (_t, _e, isolateId) => inSlices(isolateId) }, 0);
    pump.start();
    for (let id = 0; id < 3; id++) source.add(id);
    pump.rang();
    expect(log).toEqual(["0", "1"]);
    setImmediate(() => log.push("loop"));
    while (!log.includes("2")) await turn();
    expect(log.filter((entry) => entry !== "loop")).toEqual(["0", "1", "1", "1", "1", "2"]);
    expect(log.indexOf("loop")).toBeLessThan(log.indexOf("2"));
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
