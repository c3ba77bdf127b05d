/**
 * Damaged payloads for the guest's side: every kind and encoding of nr_isolate_post, straight through the C ABI. Whatever
 * comes, the isolate answers afterwards or has ended with a reason, and the process lives.
 */
import { bytesOf, encoded } from "../codec/messages.ts";
import { GOLDENS } from "../codec/goldens.ts";
import { EXPRESSIONS, evaluate } from "../codec/values.ts";
import { IsolateOption, PostKind, RawSandbox, RecordType, Status, functions, source } from "./host.ts";
import type { RawRecord } from "./host.ts";
import { Run } from "./random.ts";

const run = new Run("guest decoder fuzz");
const { random } = run;

/** Looks at all of what arrived, as deep as it goes. */
const GUEST = `
  const walk = (value, depth) => {
    if (depth > 50 || value === null || typeof value !== "object") return String(value?.length ?? value).length;
    let sum = 0, seen = 0;
    for (const key of Reflect.ownKeys(value)) { if (++seen > 50) break; sum += walk(value[key], depth + 1); }
    if (value instanceof Map || value instanceof Set) for (const item of value) { if (++seen > 50) break; sum += walk(item, depth + 1); }
    if (ArrayBuffer.isView(value) && value.byteLength) { sum += value.byteLength; value.fill?.(value.at?.(0)); }
    if (value instanceof RegExp) sum += value.test("aaaa");
    if (value instanceof Error) sum += String(value.stack).length;
    return sum;
  };
  for (const name of ["m", "a", "", "k"]) NETWORK.on(name, (value) => { walk(value, 0); try { structuredClone(value); } catch {} });
  for (let i = 0; i < 50; i++) NETWORK.request("r", i).then((value) => walk(value, 0), (error) => walk(error, 0));
`;

const JSON_TEXTS = [
  '["m",{"__proto__":1,"a":[1,2,{"b":null}]}]',
  '["m"]',
  "[]",
  '{"name":"E","message":"m"}',
  '["m","\\ud800"]',
  "[1e999,-0]",
];
/** Plain data, which has a reader of its own: of few shapes, so that those become known. */
const plain: Uint8Array[] = [
  { i: 1 },
  { i: 1, x: "a", flag: true },
  { i: 0.5, x: null, list: [1, "two", { i: 3 }] },
  {
    tree: [
      { id: 1, at: { x: 1, y: 2 } },
      { id: 2, at: { x: 3, y: 4 } },
    ],
  },
  { twice: 1, tvice: 2 },
  ["a", "☃", [[], [{}]]],
].map((value) => encoded(value));

const corpus: Uint8Array[] = [
  ...GOLDENS.map(([, hex]) => bytesOf(hex)),
  ...EXPRESSIONS.map((expression) => encoded(evaluate(expression))).filter((bytes) => bytes.length < 2000),
  ...JSON_TEXTS.map((text) => Buffer.from(text)),
  ...JSON_TEXTS.map((text) => Buffer.from(text, "utf16le")),
  source("'use strict'; [1, 2, 3].map((x) => x * 2)"),
  source("await 1; let x = `\${'é'}`; throw new Error(x)"),
];
const TAGS = [..."-_0TFIUNZS\"c^o{A$a@DyxnzsR;:',B~Vr?tu\\pwmJi#je"].map((tag) => tag.charCodeAt(0));
const HUGE = [0xff, 0xff, 0xff, 0xff, 0x0f];

function damaged(): Uint8Array {
  const bytes = new Uint8Array(random.pick(random.oneIn(3) ? plain : corpus));
  if (bytes.length === 0) return bytes;
  const at = random.below(bytes.length);
  switch (random.below(8)) {
    case 0:
      for (let flips = random.below(8); flips >= 0; flips--) bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
      return bytes;
    case 1:
      return bytes.slice(0, at);
    case 2: {
      const other = random.pick(corpus);
      return Buffer.concat([bytes.subarray(0, at), other.subarray(random.below(other.length + 1))]);
    }
    case 3:
      bytes[at] = random.pick(TAGS);
      return bytes;
    case 4:
      bytes.set(HUGE.slice(0, bytes.length - at), at);
      return bytes;
    case 5:
      return Buffer.concat([bytes, random.pick(corpus).subarray(2)]);
    case 6:
      return bytes;
    default: {
      const made = Uint8Array.from({ length: 2 + random.below(80) }, () =>
        random.oneIn(3) ? random.below(256) : random.pick(TAGS),
      );
      made.set([0xff, 0x10]);
      return made;
    }
  }
}

/** Half of the messages get past the name, or nothing after it would be read. */
function payload(): Uint8Array {
  const bytes = damaged();
  if (random.oneIn(2)) return bytes;
  return Buffer.concat([Uint8Array.of(0xff, 0x10, 0x22, 1, 0x6d), bytes.subarray(2)]);
}

const LIMITS: [number, number][] = [
  [IsolateOption.MemoryMb, 48],
  [IsolateOption.CpuMs, 300],
  [IsolateOption.MessageBytesMax, 1 << 20],
  [IsolateOption.OutboundBytesMax, 1 << 20],
];
const BATCH = 200;

const sandbox = new RawSandbox(2);
let posts = 0;
let ended = 0;
for (let id = 1; !run.over; id++) {
  const isolate = sandbox.createIsolate(id, LIMITS);
  post(isolate, PostKind.Execute, 6, 0, source(GUEST));
  for (let batch = 0; batch < 20 && !run.over; batch++) {
    const sent: string[] = [];
    for (let n = 0; n < BATCH; n++) {
      const kind = random.oneIn(50) ? random.uint32() : 1 + random.below(7);
      const encoding = random.oneIn(50) ? random.uint32() : random.oneIn(3) ? random.below(7) : 0;
      const requestId = random.oneIn(4) ? random.uint32() : random.below(60);
      const bytes = payload();
      sent.push(`${kind} ${encoding} ${requestId} ${Buffer.from(bytes).toString("hex")}`);
      post(isolate, kind, encoding, requestId, bytes);
      posts++;
    }
    const probe = 0x8000_0000 + posts;
    // What the messages have made of it may leave no room in its memory: then it says when there is.
    let answer: RawRecord | undefined;
    while (answer === undefined) {
      const isRefused = post(isolate, PostKind.Evaluate, 6, probe, source("6 * 7")) === Status.Full;
      const next = await sandbox
        .until(
          (record) =>
            record.isolateId === id &&
            (record.type === RecordType.Destroyed ||
              (isRefused ? record.type === RecordType.Writable : isAnswer(record, probe))),
        )
        .catch((error: unknown) => {
          throw new Error(`after:\n${sent.join("\n")}`, { cause: error });
        });
      if (next.type !== RecordType.Writable) answer = next;
    }
    if (answer.type === RecordType.Destroyed) {
      ended++;
      const { reason } = JSON.parse(Buffer.from(answer.payload).toString("latin1")) as { reason: string };
      if (!/^(cpu|memory)_limit_exceeded$/.test(reason)) throw new Error(`ended: ${reason}\n${sent.join("\n")}`);
      break;
    }
  }
  functions.nr_isolate_destroy(isolate);
}
sandbox.close();
console.log(`${posts} payloads, ${ended} isolates ended by a limit`);
if (posts === 0) throw new Error("nothing was posted");

function isAnswer(record: RawRecord, requestId: number): boolean {
  const types: number[] = [RecordType.Reply, RecordType.ReplyError];
  return types.includes(record.type) && record.requestId === requestId;
}

function post(isolate: number, kind: number, encoding: number, requestId: number, bytes: Uint8Array): number {
  const status = functions.nr_isolate_post(isolate, kind, encoding, requestId, bytes, bytes.length);
  const expected: number[] = [Status.Ok, Status.Argument, Status.Full, Status.Stale];
  if (!expected.includes(status)) throw new Error(`nr_isolate_post: ${status}`);
  return status;
}
