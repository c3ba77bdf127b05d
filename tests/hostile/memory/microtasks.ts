// Each queues two more.
import { attack } from "../harness.ts";

await attack({
  guest: `function again() { Promise.resolve().then(again); Promise.resolve().then(again); } again();`,
  reason: "memory_limit_exceeded",
});
