// The prelude's text, which functions are compiled from when they are first called, is once in the process.
import { expect, test } from "bun:test";
import { createGuest, run } from "./guest.ts";

test("it is no part of an isolate's heap", async () => {
  const guest = await createGuest();
  await run("return 1", guest);
  // With the text, which alone is 270 kB, it was 1.3 MB.
  expect(guest.stats().heapUsedBytes).toBeLessThan(1_200_000);
});

test("isolates that end leave it to the others, who still compile from it", async () => {
  const survivor = await createGuest();
  for (let round = 0; round < 10; round++) {
    const guest = await createGuest({ memoryMb: 8 });
    if (round % 2 === 0) await run("return crypto.subtle.digest('SHA-256', new Uint8Array(1))", guest);
    else guest.execute("const kept = []; for (;;) kept.push(new Array(1e5).fill({}))");
    guest.destroy();
  }
  expect(
    await run(
      `const { privateKey } = await crypto.subtle.generateKey("Ed25519", true, ["sign"]);
       const stream = new Blob(["text"]).stream().pipeThrough(new TextDecoderStream());
       let text = "";
       for await (const chunk of stream) text += chunk;
       return [privateKey.type, text]`,
      survivor,
    ),
  ).toEqual(["private", "text"]);
});
