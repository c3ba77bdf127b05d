// An isolate that is ended in the middle of a builtin leaves its small blocks to nobody, and between them pages of those that
// are gone: what of it stays is said to be leaked.
import { attack, ended, expect, within } from "../harness.ts";
import { residentMb } from "../memory-use.ts";

const ROUNDS = 4;
const PIECES = 40;
/** Buffers of eight bytes, of which V8 keeps what they need by malloc, in turns with larger ones that go soon. */
const PIECE = `globalThis.kept ??= []; globalThis.objects ??= [];
  { const gone = []; for (let i = 0; i < 1000; i++) { kept.push(new ArrayBuffer(8)); gone.push(new ArrayBuffer(2000)); } }
  for (let i = 0; i < 50_000; i++) objects.push({ i }); 0`;
/** Writes for long without a look at anything, into a buffer that it has to make larger now and then. */
const LAST = `structuredClone(objects)`;

await attack({
  limits: { memoryMb: 512, cpuMs: 200 },
  leftMb: 24 + ROUNDS * 64,
  host: async ({ sandbox, limits }) => {
    const round = async (): Promise<void> => {
      const isolate = await sandbox.createIsolate(limits);
      for (let i = 0; i < PIECES; i++) await isolate.evaluate(PIECE);
      const end = ended(isolate);
      isolate.evaluate(LAST).catch(() => undefined);
      await within(end, 60_000, "its end");
    };
    await round();
    const quiet = async (): Promise<number> => {
      await Bun.sleep(3000);
      Bun.gc(true);
      return residentMb() - sandbox.stats().leakedBytes / 2 ** 20;
    };
    const before = await quiet();
    for (let i = 0; i < ROUNDS; i++) await round();
    const grownMb = (await quiet()) - before;
    console.error(grownMb, sandbox.stats());
    expect(sandbox.stats().abandoned > 0, "none of them was abandoned");
    expect(grownMb < ROUNDS * 2 + 4, `${grownMb.toFixed(1)} MB stay beside what is said to be leaked`);
  },
});
