import { attack } from "../harness.ts";

await attack({
  guest: `Math.max.apply(null, new Array(5e6).fill(1))`,
  throws: "RangeError",
});
