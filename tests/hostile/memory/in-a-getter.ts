// While a message is serialized.
import { attack } from "../harness.ts";

await attack({
  guest: `NETWORK.send('x', { get bomb() { const all = []; for (;;) all.push([all]); } });`,
  reason: "memory_limit_exceeded",
});
