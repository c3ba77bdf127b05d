/** The `ws` package's server, in a node of its own. */
import { resolve } from "node:path";

export interface WsServer extends AsyncDisposable {
  readonly origin: string;
  /** Waits for a line that begins so, of those not yet waited for, and takes it. */
  said(beginning: string): Promise<string>;
}

export async function startWsServer(): Promise<WsServer> {
  const child = Bun.spawn(["node", resolve(import.meta.dir, "fixtures/ws-server.cjs")], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const lines: string[] = [];
  let notify = (): void => {};
  const ended = (async (): Promise<void> => {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = parts.pop()!;
      lines.push(...parts);
      notify();
    }
  })();
  const said = async (beginning: string): Promise<string> => {
    for (;;) {
      const index = lines.findIndex((line) => line.startsWith(beginning));
      if (index >= 0) return lines.splice(index, 1)[0]!;
      await new Promise<void>((next) => (notify = next));
    }
  };
  const port = (await said("port ")).slice("port ".length);
  return {
    origin: `ws://127.0.0.1:${port}`,
    said,
    async [Symbol.asyncDispose](): Promise<void> {
      child.kill();
      await Promise.all([child.exited, ended]);
    },
  };
}
