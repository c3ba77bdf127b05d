// Guests that use up their memory and their time while they are debugged: they end as others do, and so do those that try to
// use what debugging brings.
import { attack, ended, within } from "../harness.ts";
import { ask, closed, open } from "../inspect-client.ts";

const bombs: Readonly<Record<string, string>> = {
  memory_limit_exceeded: "const all = []; for (;;) all.push(new Array(1000).fill(all.length))",
  cpu_limit_exceeded: "for (;;);",
};

await attack({
  async host({ sandbox, limits }) {
    await using server = await sandbox.inspect({ port: 0 });
    for (const [reason, script] of Object.entries(bombs)) {
      const isolate = await sandbox.createIsolate({ ...limits, cpuMs: 500 });
      const client = await open(server, isolate);
      const code = closed(client);
      await ask(client, 1, "Runtime.enable");
      await ask(client, 2, "Debugger.enable");
      await ask(client, 3, "Debugger.setAsyncCallStackDepth", { maxDepth: 32 });
      const end = ended(isolate);
      isolate.execute(script);
      const why = await within(end, 60_000, `the end for ${reason}`);
      if (why !== reason) throw new Error(`destroyed for ${why} instead of ${reason}`);
      await within(code, 20_000, "the connection's end");
    }
    // Console calls, scripts and promises that an inspector would keep: it keeps a bounded part, and the guest pays.
    const keeper = await sandbox.createIsolate({ ...limits, cpuMs: 20_000 });
    const client = await open(server, keeper);
    await ask(client, 1, "Runtime.enable");
    await ask(client, 2, "Debugger.enable");
    await ask(client, 3, "Debugger.setAsyncCallStackDepth", { maxDepth: 32 });
    const end = ended(keeper);
    keeper.execute(`(async () => {
      for (let i = 0; i < 3e3; i++) {
        console.log({ i, text: 'x'.repeat(1000) });
        if (i % 10 === 0) eval('var y' + i + ' = ' + i);
        await null;
      }
      NETWORK.send('done');
    })()`);
    await within(
      Promise.race([end, new Promise((resolve) => keeper.on("done", resolve))]),
      100_000,
      "the keeper's end",
    );
    client.close();
    keeper.destroy();
  },
  peakMb: 220,
});
