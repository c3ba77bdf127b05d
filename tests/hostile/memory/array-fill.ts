// A dictionary-mode array that its own fill() makes large.
import { attack } from "../harness.ts";

await attack({
  guest: `new Array(60_000_000).fill(0).length`,
  reason: "memory_limit_exceeded",
});
