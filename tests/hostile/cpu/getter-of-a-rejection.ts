// The engine reads an Error's own text, which the guest has made a getter.
import { attack } from "../harness.ts";

await attack({
  guest: `Promise.reject(Object.defineProperty(new Error("x"), "message", { get() { for (;;); } }));`,
  reason: "cpu_limit_exceeded",
  limits: { cpuMs: 100, memoryMb: 128 },
});
