// What the host counts of a child's work: nothing waits there for ever that has been worked on.
import { test } from "bun:test";
import { processSandbox, until } from "./processes.ts";

test("a mailbox that has been worked off is empty, whenever the last message came", async () => {
  await using sandbox = processSandbox();
  const isolate = await sandbox.createIsolate();
  // The last piece of work of each round leads to no record, with which its end would be told in any case.
  for (let round = 0; round < 200; round++) {
    await isolate.evaluate("1");
    isolate.execute("");
    await until(() => isolate.stats().mailboxBytes === 0);
  }
});
