/** Streams, async generators and callbacks between a guest and its host: each piece is made when the other side wants it. */
import { V8Sandbox } from "network-runtime";
import type { GuestFunction } from "network-runtime";

using sandbox = new V8Sandbox();
const isolate = await sandbox.createIsolate();

isolate.expose("host", {
  async *countdown(from: number) {
    try {
      for (let n = from; ; n--) yield n;
    } finally {
      console.log("the countdown is over");
    }
  },
  async collect(source: ReadableStream<string>) {
    return (await Array.fromAsync(source)).join(" ");
  },
  async notify(given: GuestFunction<[step: number], string>) {
    using callback = given;
    return [await callback(1), await callback(2)];
  },
});

console.log(
  await isolate.evaluate(`
    const seen = [];
    for await (const n of await host.countdown(3)) { if (n === 0) break; seen.push(n) }
    const lines = ReadableStream.from(["piece", "by", "piece"]);
    [seen, await host.collect(lines), await host.notify((step) => "step " + step)]`),
);
