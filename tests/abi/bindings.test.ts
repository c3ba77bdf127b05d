import { expect, test } from "bun:test";
import { Encoding } from "../../lib/codec/encoding.ts";
import { RECORD_HEADER_SIZE } from "../../lib/engine/constants.ts";
import { symbols } from "../../lib/ffi/library.ts";
import { Pump } from "../../lib/ffi/pump.ts";
import { headerFunctions, headerGroup, headerNames, headerSignatures, headerStruct } from "./header.ts";

test("the binding calls the header's functions as they are declared", () => {
  expect(Object.keys(headerSignatures).sort()).toEqual([...headerFunctions]);
  expect<object>(symbols).toEqual(headerSignatures);
});

test("the codec's encodings are the header's", () => {
  const data = Object.entries(headerGroup("NR_ENCODING_")).filter(([name]) => !name.startsWith("SOURCE_"));
  expect<object>(headerNames(Encoding)).toEqual(Object.fromEntries(data));
});

/** A record with these fields where the header has them, and a payload of eight bytes. */
function makeRecord(fields: Readonly<Record<string, number>>): Uint8Array {
  const record = new Uint8Array(RECORD_HEADER_SIZE + 8);
  const view = new DataView(record.buffer);
  const layout = headerStruct("nr_record");
  expect(Object.keys(fields)).toEqual(Object.keys(layout));
  for (const [name, { at, type }] of Object.entries(layout)) {
    if (type === "u16") view.setUint16(at, fields[name]!, true);
    else view.setUint32(at, fields[name]!, true);
  }
  return record;
}

test("the pump reads a record's fields where the header has them", () => {
  const layout = headerStruct("nr_record");
  expect(Math.max(...Object.values(layout).map(({ at }) => at)) + 4).toBe(RECORD_HEADER_SIZE);
  const waiting = [
    makeRecord({
      size: RECORD_HEADER_SIZE + 8,
      type: 0x1234,
      encoding: 0x5678,
      isolate_id: 0x9abc_def0,
      request_id: 0x8765_4321,
      payload_length: 5,
      isolate: 0xffff_ffff,
    }),
  ];
  const seen: number[][] = [];
  const source = {
    poll: () => waiting.length,
    take(buffer: Uint8Array): number {
      const record = waiting.pop();
      if (record) buffer.set(record);
      return record?.length ?? 0;
    },
    arm: () => 1,
    disarm: (): void => {},
  };
  const pump = new Pump(
    source,
    {
      record: (type, encoding, isolateId, requestId, _bytes, start, end) => {
        seen.push([type, encoding, isolateId, requestId, start, end]);
        return true;
      },
    },
    0,
  );
  pump.finish(() => {});
  const payload = [RECORD_HEADER_SIZE, RECORD_HEADER_SIZE + 5];
  expect(seen).toEqual([[0x1234, 0x5678, 0x9abc_def0, 0x8765_4321, ...payload]]);
});
