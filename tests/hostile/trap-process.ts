/**
 * A process whose guest comes upon an illegal instruction. No guest can make V8 run one: this process writes it over the
 * guest's machine code. The argument is `onFatal`, or nothing for the default.
 */
import { closeSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { V8Sandbox } from "../../lib/index.ts";
import { ended } from "./harness.ts";

/** (func (export "f") (result i64)): returns the mark, which the machine code has in it as it stands here. */
const MARK = [0x4d, 0x41, 0x52, 0x4b, 0x69, 0x6e, 0x67, 0x21];
// The mark as a signed LEB128 number is seven bits a byte.
const bits = MARK.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
const leb = Array.from({ length: 9 }, (_, i) => Number((bits >> BigInt(7 * i)) & 127n) | (i < 8 ? 128 : 0));
const body = [0, 0x42, ...leb, 0x0b];
const WASM = [
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 126, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0],
  ...[10, body.length + 2, 1, body.length, ...body],
];
/** ud2, several times: one of them is where an instruction begins. */
const ILLEGAL = Buffer.from([0x0f, 0x0b, 0x0f, 0x0b, 0x0f, 0x0b, 0x0f, 0x0b]);
/** Bun's own JavaScript engine reserves more than that for machine code. */
const CODE_BYTES_MAX = 512 * 2 ** 20;

const onFatal = process.argv[2] as "abort" | "contain" | undefined;
const sandbox = new V8Sandbox({ isolation: "isolate", threads: 1, ...(onFatal && { onFatal }) });
const isolate = await sandbox.createIsolate();
isolate.onSystem("terminated", ({ reason }) => console.log(`terminated: ${reason}`));
const end = ended(isolate);
const source = `new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([${WASM}]))).exports.f`;
await isolate.evaluate(`const f = ${source}; f() === ${bits}n`);
console.log(`overwritten: ${overwriteCode() > 0}`);
isolate.execute("f()");
console.log(`destroyed: ${await end}`);
const another = await sandbox.createIsolate();
console.log(`another isolate: ${await another.evaluate("6 * 7")}`);
console.log(`contained: ${sandbox.stats().contained}`);
await sandbox.shutdown();

/** Puts illegal instructions where this process' machine code has the mark. Returns how often. */
function overwriteCode(): number {
  const memory = openSync("/proc/self/mem", "r+");
  let count = 0;
  for (const [, from = "", to = ""] of readFileSync("/proc/self/maps", "utf8").matchAll(
    /^([0-9a-f]+)-([0-9a-f]+) r.xp 00000000 00:00 0 *$/gm,
  )) {
    const start = parseInt(from, 16);
    const length = parseInt(to, 16) - start;
    if (length > CODE_BYTES_MAX) continue;
    const code = Buffer.alloc(length);
    readSync(memory, code, 0, length, start);
    for (let at = code.indexOf(Buffer.from(MARK)); at >= 0; at = code.indexOf(Buffer.from(MARK), at + 1)) {
      // The instruction that loads the mark begins two bytes before it.
      writeSync(memory, ILLEGAL, 0, ILLEGAL.length, start + at - 2);
      count++;
    }
  }
  closeSync(memory);
  return count;
}
