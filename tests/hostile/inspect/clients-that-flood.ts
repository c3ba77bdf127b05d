// Clients that send without end, and open connections without end: they are closed, and nobody else feels it.
import { attack, expect, within } from "../harness.ts";
import { ask, closed, open } from "../inspect-client.ts";

const evaluate = (id: number): string =>
  JSON.stringify({ id, method: "Runtime.evaluate", params: { expression: `/* ${"x".repeat(4000)} */ 1` } });

await attack({
  async host({ sandbox, limits }) {
    await using server = await sandbox.inspect({ port: 0 });
    const isolate = await sandbox.createIsolate({ ...limits, cpuMs: 0 });
    // It answers no evaluation meanwhile.
    isolate.execute("globalThis.on = true; NETWORK.on('off', () => {}); while (on);");
    const flooder = await open(server, isolate);
    const code = closed(flooder);
    for (let id = 1; id < 4000 && flooder.readyState === WebSocket.OPEN; id++) {
      flooder.send(evaluate(id));
      if (id % 100 === 0) await Bun.sleep(0);
    }
    expect((await within(code, 30_000, "the end of a flood")) === 1008, "a flood is closed with another code");

    const large = await open(server, isolate);
    const tooLarge = closed(large);
    large.send("x".repeat(8 * 1024 * 1024));
    await within(tooLarge, 30_000, "the end of a command that is too large");

    const opened = await Promise.allSettled(Array.from({ length: 100 }, () => open(server, isolate)));
    const connections = opened.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(connections.length > 0 && connections.length <= 64, `${connections.length} connections`);
    // Each is served all the same.
    const answers = connections.map((socket, index) => ask(socket, index, "Runtime.enable"));
    await within(Promise.all(answers), 60_000, "answers to all");
    for (const socket of connections) socket.close();
    isolate.destroy();
  },
  peakMb: 160,
});
