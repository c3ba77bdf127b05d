// A loop of few rounds, each of which is long: it fills 16 MiB. It is ended between two of them, and not abandoned.
import { attack, expect } from "../harness.ts";

const guest = `new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 5, 4, 1, 0, 128, 2, 8, 1, 0, 10, 21, 1, 19, 0, 3, 64, 65, 0, 65, 7, 65, 128, 128, 128, 8, 252, 11, 0, 12, 0, 11, 11])));`;

await attack({
  limits: { cpuMs: 100, memoryMb: 64 },
  host: async ({ sandbox, bomb }) => {
    await bomb(guest, "cpu_limit_exceeded");
    expect(sandbox.stats().abandoned === 0, "the turn was abandoned");
  },
});
