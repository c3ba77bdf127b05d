// Shutdown returns within a second, whatever guests do, and the neighbours' sandbox goes on.
import { V8Sandbox } from "../../../lib/index.ts";
import { attack, expect, settled } from "../harness.ts";

const GUESTS = [
  "for (;;);",
  "try { for (;;); } finally { for (;;); }",
  "const all = []; for (;;) all.push([all]);",
  "for (;;) NETWORK.send('x', 'y'.repeat(1000));",
  "(function again() { Promise.resolve().then(again); })();",
  "const all = []; all.length = 4294967295; all[4294967294] = 1; all.join('');",
];

await attack({
  peakMb: 512,
  host: async () => {
    const sandbox = new V8Sandbox({ threads: 2, cpuMs: 0 });
    const isolates = await Promise.all(GUESTS.map(() => sandbox.createIsolate()));
    isolates.forEach((isolate, i) => void settled(isolate.evaluate(GUESTS[i] ?? "")));
    await Bun.sleep(100);
    const started = performance.now();
    isolates[0]?.destroy();
    await sandbox.shutdown();
    const ms = performance.now() - started;
    expect(ms < 1500, `shutdown took ${ms.toFixed(0)} ms`);
  },
});
