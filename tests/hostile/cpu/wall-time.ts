import { attack, expect } from "../harness.ts";

await attack({
  reason: "wall_limit_exceeded",
  host: async ({ bomb }) => {
    const waits = await bomb("new Promise(() => {})", "wall_limit_exceeded", { wallMs: 100 });
    expect(waits.limitMs === 100, `limitMs is ${waits.limitMs}`);
    await bomb("for (;;);", "wall_limit_exceeded", { wallMs: 100, cpuMs: 0 });
  },
});
