// A loop in guest code that the engine's own serializer calls.
import { attack } from "../harness.ts";

await attack({
  guest: `NETWORK.send('x', { get endless() { for (;;); } });`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
});
