/** What `--inspect` and `--inspect-brk` do to a sandbox of a script. */
import type { InspectOptions, InspectorServer, V8Sandbox } from "../index.ts";

let isPortTaken = false;

/** The first sandbox of a script has the port, the others each another. Says on stderr where. */
export async function inspectSandbox(sandbox: V8Sandbox, options: InspectOptions): Promise<InspectorServer> {
  const own = isPortTaken ? { ...options, port: 0 } : options;
  isPortTaken = true;
  const server = await sandbox.inspect(own);
  process.stderr.write(`Debugger listening on ${server.url} (chrome://inspect, localhost:${server.port})\n`);
  return server;
}
