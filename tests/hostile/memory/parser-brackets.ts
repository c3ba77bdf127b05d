import { attack } from "../harness.ts";

await attack({
  guest: `eval('['.repeat(4e6))`,
  throws: "RangeError",
});
