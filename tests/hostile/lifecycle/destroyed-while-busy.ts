import { attack, ended, expect, within } from "../harness.ts";

await attack({
  host: async ({ sandbox }) => {
    for (const script of ["for (;;);", "/(a+)+$/.test('a'.repeat(40) + 'b')", "setInterval(() => {}, 0)"]) {
      const isolate = await sandbox.createIsolate({ cpuMs: 0 });
      const end = ended(isolate);
      isolate.execute(script);
      await Bun.sleep(20);
      isolate.destroy();
      isolate.destroy();
      const reason = await within(end, 5000, "destroyed");
      expect(reason === "destroyed", `destroyed for ${reason}`);
    }
  },
});
