// A host that floods is told to stop, whether the isolate is busy, idle or dead.
import { BackpressureError, IsolateDestroyedError } from "../../../lib/index.ts";
import type { Isolate } from "../../../lib/index.ts";
import { attack, expect } from "../harness.ts";

function floods(isolate: Isolate): unknown {
  try {
    for (let i = 0; i < 1e6; i++) isolate.send("x", "y".repeat(1000));
    return undefined;
  } catch (error) {
    return error;
  }
}

await attack({
  host: async ({ sandbox }) => {
    const isolate = await sandbox.createIsolate({ memoryMb: 32, cpuMs: 0 });
    isolate.execute("for (;;);");
    const error = floods(isolate);
    expect(error instanceof BackpressureError, `not BackpressureError, but ${error}`);
    // Queued messages are part of the isolate's memory.
    expect(isolate.stats().mailboxBytes <= 32 * 2 ** 20, `${isolate.stats().mailboxBytes} bytes are queued`);
    isolate.destroy();
    const late = floods(isolate);
    expect(late instanceof IsolateDestroyedError, `not IsolateDestroyedError, but ${late}`);
  },
});
