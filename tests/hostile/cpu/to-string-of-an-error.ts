// What is thrown is no Error: nobody asks it for its text.
import { attack } from "../harness.ts";

await attack({
  guest: `throw { toString() { for (;;); }, get name() { for (;;); }, get message() { for (;;); }, get stack() { for (;;); } };`,
  throws: "Error",
  limits: { cpuMs: 100, memoryMb: 128 },
});
