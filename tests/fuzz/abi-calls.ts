/** One thread's random calls. Word 0 of the shared words says when to stop; the others are handles for all to misuse. */
import { IsolateOption, PostKind, SandboxOption, Status, functions, source } from "./host.ts";
import type { Random } from "./random.ts";
import { closeSync } from "node:fs";

const SANDBOXES = 4;
const ISOLATES = 24;
const SANDBOX_AT = 1;
const FD_AT = SANDBOX_AT + SANDBOXES;
const ISOLATE_AT = FD_AT + SANDBOXES;
const SPARED_AT = ISOLATE_AT + ISOLATES;
export const ABI_SHARED_WORDS = SPARED_AT + 2;

/** Handles that no guess may hit: those of the bystander. */
export function spare(shared: Int32Array, sandbox: number, isolate: number): void {
  shared[SPARED_AT] = sandbox;
  shared[SPARED_AT + 1] = isolate;
}

const SCRIPTS = [
  "1 + 1",
  "for (;;);",
  "NETWORK.send('m', 'x'.repeat(1000))",
  "for (let i = 0; i < 500; i++) NETWORK.send('m', i)",
  "setInterval(() => NETWORK.send('tick'), 1)",
  "const hold = []; for (;;) hold.push(new Array(1e4).fill(1))",
  "await new Promise(() => {})",
  "NETWORK.request('r').catch(() => {})",
  "/(a+)+$/.test('a'.repeat(25) + 'b')",
].map(source);
const BUFFERS = [0, 1, 23, 24, 64, 4096, 1 << 18].map((size) => new Uint8Array(Math.max(size, 1)));
const OPTION_VALUES = [0, 0, 0, 1, 2, 8, 64, 1000, -1, NaN, Infinity, 1e300, 0.5, 2 ** 32, 2 ** 53];
const CODES = new Set<number>(Object.values(Status));

/** @returns how many calls were made */
export function hammer(random: Random, shared: Int32Array, calls: number): number {
  for (let call = 0; call < calls; call++) {
    const status = one(random, shared);
    if (status < 0 && !CODES.has(status)) throw new Error(`an unknown code: ${status}`);
  }
  return calls;
}

function one(random: Random, shared: Int32Array): number {
  const slot = random.below(SANDBOXES);
  const isolateAt = ISOLATE_AT + random.below(ISOLATES);
  const sandbox = pickHandle(random, shared, SANDBOX_AT + slot);
  const isolate = pickHandle(random, shared, isolateAt);
  const stats = new Float64Array(1 + random.below(20));
  switch (random.below(20)) {
    case 0:
      return random.oneIn(4) ? createSandbox(random, shared, slot) : 0;
    case 1:
      return random.oneIn(4) ? functions.nr_sandbox_shutdown(sandbox, random.below(20)) : 0;
    case 2:
      return random.oneIn(2) ? functions.nr_sandbox_release(sandbox) : 0;
    case 3:
      return functions.nr_sandbox_stats(sandbox, stats, random.below(stats.length + 1));
    case 4:
    case 5:
      return createIsolate(random, shared, sandbox, isolateAt);
    case 6:
      return functions.nr_isolate_destroy(isolate);
    case 7:
      return functions.nr_isolate_stats(isolate, stats, random.below(stats.length + 1));
    case 8:
      return functions.nr_isolate_cancel(isolate, random.below(50));
    case 9:
      return functions.nr_events_poll(sandbox, random.below(2000));
    case 10:
      return functions.nr_events_arm(sandbox);
    case 11:
      return random.oneIn(20) ? closeDoorbell(shared, slot) : 0;
    case 12:
      return noPointers(random, sandbox, isolate);
    case 13:
    case 14:
    case 15: {
      const buffer = random.pick(BUFFERS);
      const capacity = random.oneIn(4) ? random.below(buffer.length) : buffer.length;
      return functions.nr_events_take(sandbox, buffer, capacity, new Uint32Array(1));
    }
    default: {
      const script = random.pick(SCRIPTS);
      const kind = random.oneIn(8) ? random.uint32() : random.oneIn(2) ? PostKind.Execute : 1 + random.below(7);
      const encoding = random.oneIn(8) ? random.below(9) : 6;
      const length = random.oneIn(8) ? random.below(script.length) : script.length;
      return functions.nr_isolate_post(isolate, kind, encoding, random.below(50), script, length);
    }
  }
}

/** Mostly one that was given out, and once in a while one that was not, or not yet. */
function pickHandle(random: Random, shared: Int32Array, at: number): number {
  const handle = guess(random, shared, at);
  return shared.indexOf(handle | 0, SPARED_AT) < 0 ? handle : 0xffff_ffff;
}

function guess(random: Random, shared: Int32Array, at: number): number {
  const handle = Atomics.load(shared, at) >>> 0;
  switch (random.below(16)) {
    case 0:
      return random.uint32();
    case 1:
      return (handle + random.below(3)) >>> 0;
    case 2:
      return (handle + (1 << 18) * random.below(3)) >>> 0;
    default:
      return handle;
  }
}

function options(random: Random, count: number, mild: readonly (readonly [number, number])[]): Float64Array {
  const values = new Float64Array(count);
  for (const [option, value] of mild) values[option] = value;
  if (random.oneIn(3)) values[random.below(count)] = random.pick(OPTION_VALUES);
  return values;
}

/** The one before it in this place is shut down first, or threads would pile up. */
function createSandbox(random: Random, shared: Int32Array, slot: number): number {
  const values = options(random, SandboxOption.Count, [
    [SandboxOption.Threads, 1 + random.below(3)],
    [SandboxOption.IsolatesMax, 8],
    [SandboxOption.OutboundBytesMax, 65536],
  ]);
  if ((values[SandboxOption.Threads] as number) > 8) values[SandboxOption.Threads] = 8;
  const handle = new Uint32Array(1);
  const fd = new Int32Array(1);
  const status = functions.nr_sandbox_create(values, random.oneIn(6) ? random.below(9) % 5 : values.length, handle, fd);
  if (status !== Status.Ok) return status;
  const before = Atomics.exchange(shared, SANDBOX_AT + slot, handle[0] as number) >>> 0;
  const fdBefore = Atomics.exchange(shared, FD_AT + slot, (fd[0] as number) + 1);
  functions.nr_sandbox_shutdown(before, random.below(10));
  if (random.oneIn(2)) functions.nr_sandbox_release(before);
  if (fdBefore > 0) closeSync(fdBefore - 1);
  functions.nr_sandbox_release(before);
  return status;
}

function closeDoorbell(shared: Int32Array, slot: number): number {
  const fd = Atomics.exchange(shared, FD_AT + slot, 0);
  if (fd > 0) closeSync(fd - 1);
  return 0;
}

function createIsolate(random: Random, shared: Int32Array, sandbox: number, at: number): number {
  const values = options(random, IsolateOption.Count, [
    [IsolateOption.CpuMs, 20 + random.below(100)],
    [IsolateOption.MemoryMb, 16 + random.below(32)],
    [IsolateOption.OutboundBytesMax, random.oneIn(2) ? 2048 : 0],
    [IsolateOption.WallMs, random.oneIn(3) ? 50 : 0],
  ]);
  // Unlimited is for hosts that trust their guests; these guests are bombs.
  if (!((values[IsolateOption.MemoryMb] as number) <= 64)) values[IsolateOption.MemoryMb] = 32;
  if (values[IsolateOption.MemoryMb] === 0) values[IsolateOption.MemoryMb] = 32;
  const handle = new Uint32Array(1);
  const status = functions.nr_isolate_create(sandbox, values, values.length, random.uint32(), handle);
  if (status === Status.Ok) functions.nr_isolate_destroy(Atomics.exchange(shared, at, handle[0] as number) >>> 0);
  return status;
}

/** NULL where bytes are wanted. */
function noPointers(random: Random, sandbox: number, isolate: number): number {
  switch (random.below(6)) {
    case 0:
      return functions.nr_isolate_post(isolate, PostKind.Message, 0, 0, null, random.below(3));
    case 1:
      return functions.nr_events_take(sandbox, null, 10, null);
    case 2:
      return functions.nr_isolate_create(sandbox, null, random.below(2), 1, null);
    case 3:
      return functions.nr_sandbox_create(null, random.below(2), null, null);
    case 4:
      return functions.nr_isolate_stats(isolate, null, 3);
    default:
      return functions.nr_sandbox_stats(sandbox, null, 3);
  }
}
