import { attack } from "../harness.ts";

await attack({
  guest: `Object.keys(new Proxy({}, { ownKeys() { const all = []; for (;;) all.push([all]); } }));`,
  reason: "memory_limit_exceeded",
});
