/** A host that streams through a guest, and watches its own memory. Silent unless broken. */
import { V8Sandbox } from "network-runtime";
import type { RequestHandler } from "network-runtime";
import { resolve } from "node:path";
import { peakMb, resetPeak, residentMb } from "../../hostile/memory-use.ts";

/** Less than what passes through: how much of that is garbage for a while is for Bun to say. */
const GROWTH_MB = 60;

/**
 * @param makeHandler - of the guest's fetch, for a server's origin
 * @param program - text of `async (origin, mib) => number of bytes`
 */
export async function streamThrough(makeHandler: (origin: string) => RequestHandler, program: string): Promise<void> {
  const server = Bun.spawn([process.execPath, resolve(import.meta.dir, "server.ts")], {
    stdin: "pipe",
    stdout: "pipe",
  });
  const { value } = await server.stdout.getReader().read();
  const origin = `http://127.0.0.1:${new TextDecoder().decode(value).trim()}`;
  const sandbox = new V8Sandbox({ threads: 1, memoryMb: 48 });
  const isolate = await sandbox.createIsolate();
  isolate.onRequest("fetch", makeHandler(origin));
  const run = async (mib: number): Promise<void> => {
    const bytes = await isolate.evaluate(`(${program})(${JSON.stringify(origin)}, ${mib})`);
    if (bytes !== mib * 1024 * 1024) throw new Error(`${mib} MiB came to ${String(bytes)} bytes`);
  };
  // Code is compiled, and heaps have the size they like.
  await run(30);
  Bun.gc(true);
  const before = residentMb();
  resetPeak();
  await run(100);
  const growth = peakMb() - before;
  if (growth > GROWTH_MB) throw new Error(`100 MiB took ${growth.toFixed(1)} MiB more`);
  sandbox.shutdown();
  server.stdin.end();
  await server.exited;
}
