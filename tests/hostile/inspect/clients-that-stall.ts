// Clients that read nothing while the guest has ever more to tell them: the guest waits, in bounded memory, until they are cut off.
import { useStall } from "../../../lib/inspect/connection.ts";
import { attack, expect, within } from "../harness.ts";
import { frame, openRaw } from "../inspect-client.ts";

await attack({
  async host({ sandbox, limits }) {
    useStall(2000);
    await using server = await sandbox.inspect({ port: 0 });
    const isolate = await sandbox.createIsolate(limits);
    const staller = await openRaw(server, isolate);
    staller.on("error", () => {});
    staller.pause();
    staller.write(frame(JSON.stringify({ id: 1, method: "Runtime.enable" })));
    // 400 MB of console, if somebody took it.
    const flood = isolate.evaluate(
      "const text = 'x'.repeat(1e5); for (let i = 0; i < 4000; i++) console.log(text + i); 'all said'",
    );
    const other = await sandbox.createIsolate(limits);
    expect((await other.evaluate("1 + 1")) === 2, "another isolate is held up");
    const said = await within(flood, 60_000, "the end of who is not listened to");
    expect(said === "all said", `it came to ${String(said)}`);
    staller.destroy();
    isolate.destroy();
    other.destroy();
  },
  peakMb: 160,
});
