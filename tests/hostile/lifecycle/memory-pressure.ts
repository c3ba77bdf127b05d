// The host is warned at 80 % of the limit, once.
import { attack, expect } from "../harness.ts";

await attack({
  host: async ({ sandbox }) => {
    const isolate = await sandbox.createIsolate({ memoryMb: 64 });
    const warnings: { usedMb: number; limitMb: number }[] = [];
    isolate.onSystem("memory_pressure", (event) => warnings.push(event));
    await isolate.evaluate("globalThis.kept = []; for (let i = 0; i < 55; i++) kept.push(new Uint8Array(2 ** 20)); 0");
    await isolate.evaluate("1");
    expect(warnings.length === 1, `${warnings.length} warnings`);
    expect((warnings[0]?.usedMb ?? 0) >= 51 && warnings[0]?.limitMb === 64, JSON.stringify(warnings[0]));
    isolate.destroy();
  },
});
