// An isolate that is ended in the middle of a builtin leaves its small blocks to nobody, and between them pages of those that
// are gone: what of it stays is said to be leaked.
import { attack, ended, expect, within } from "../harness.ts";
import { residentMb } from "../memory-use.ts";

const ROUNDS = 4;
/** Whether V8 looks for an end in time is luck: about every second turn is abandoned. */
const ROUNDS_MAX = 30;
const PIECES = 40;
/** What may come of other things. */
const BESIDE_MB = 12;
/** Buffers of eight bytes, for which V8 has small blocks, in turns with larger ones that go soon. */
const PIECE = `globalThis.kept ??= [];
  { const gone = []; for (let i = 0; i < 1000; i++) { kept.push(new ArrayBuffer(8)); gone.push(new ArrayBuffer(2000)); } } 0`;
/** Looks at nothing, and fills the heap. */
const LAST = `JSON.parse("[" + '{"a":[1]},'.repeat(5e6) + "1]").length`;

await attack({
  limits: { memoryMb: 192 },
  leftMb: 24 + (ROUNDS + 1) * 100,
  peakMb: 192 + 64 + (ROUNDS + 1) * 100,
  host: async ({ sandbox, limits }) => {
    const round = async (): Promise<void> => {
      const isolate = await sandbox.createIsolate(limits);
      for (let i = 0; i < PIECES; i++) await isolate.evaluate(PIECE);
      const end = ended(isolate);
      isolate.evaluate(LAST).catch(() => undefined);
      await within(end, 60_000, "its end");
    };
    await round();
    const beside = (): number => {
      Bun.gc(true);
      return residentMb() - sandbox.stats().leakedBytes / 2 ** 20;
    };
    await Bun.sleep(3000);
    const before = beside();
    let rounds = 0;
    // A child that has such a turn is ended instead.
    const hasOne = (): boolean => sandbox.stats().abandoned > 0 || sandbox.isolation.kind === "process";
    while (rounds < ROUNDS || (rounds < ROUNDS_MAX && !hasOne())) {
      await round();
      rounds += 1;
    }
    const besideMb = BESIDE_MB + rounds * 4;
    // The last turns end when they next run: on a busy machine not soon.
    let grownMb = Infinity;
    for (let i = 0; i < 60 && grownMb > besideMb; i++) {
      await Bun.sleep(500);
      grownMb = beside() - before;
    }
    expect(hasOne(), "none of them was abandoned");
    expect(grownMb <= besideMb, `${grownMb.toFixed(1)} MB stay beside what is said to be leaked`);
  },
});
