/** What `--inspect`, `--inspect-brk` and `--dashboard` do to a sandbox of a script. */
import type { InspectOptions, ListenOptions, V8Sandbox } from "../index.ts";

/** Where every sandbox of a script is debugged, and where it is watched; absent: nowhere. */
export interface ServerFlags {
  readonly inspect?: InspectOptions | undefined;
  readonly dashboard?: ListenOptions | undefined;
}

const taken = { inspect: false, dashboard: false };

/** The first sandbox of a script has the ports, the others each another. Says on stderr where. */
export async function startServers(sandbox: V8Sandbox, { inspect, dashboard }: ServerFlags): Promise<void> {
  await Promise.all([
    inspect && startInspector(sandbox, own("inspect", inspect)),
    dashboard && startDashboard(sandbox, own("dashboard", dashboard)),
  ]);
}

function own<Options extends { readonly port?: number | undefined }>(
  kind: keyof typeof taken,
  options: Options,
): Options {
  const isFirst = !taken[kind];
  taken[kind] = true;
  return isFirst ? options : { ...options, port: 0 };
}

async function startInspector(sandbox: V8Sandbox, options: InspectOptions): Promise<void> {
  const { url, port } = await sandbox.inspect(options);
  process.stderr.write(`Debugger listening on ${url} (chrome://inspect, localhost:${port})\n`);
}

async function startDashboard(sandbox: V8Sandbox, options: ListenOptions): Promise<void> {
  const { url } = await sandbox.dashboard(options);
  process.stderr.write(`Dashboard: ${url}\n`);
}
