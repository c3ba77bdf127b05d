// The engine asks the guest's own error for its text.
import { attack } from "../harness.ts";

await attack({
  guest: `throw { toString() { for (;;); }, get message() { for (;;); }, get stack() { for (;;); } };`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
});
