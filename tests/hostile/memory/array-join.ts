import { attack } from "../harness.ts";

await attack({
  guest: `new Array(5e6).fill('x'.repeat(200)).join('').length`,
  throws: "RangeError",
});
