import { attack } from "../harness.ts";

await attack({
  guest: `let flat = [1]; for (;;) flat = [flat, flat].flat().concat(flat);`,
  reason: "memory_limit_exceeded",
});
