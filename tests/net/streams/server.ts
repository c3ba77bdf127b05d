/** A server in a process of its own, so that what it holds is not the host's. Prints its port; ends with its input. */
import process from "node:process";

const MIB = 1024 * 1024;

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  maxRequestBodySize: 1024 * MIB,
  async fetch(request) {
    const url = new URL(request.url);
    if (url.pathname === "/upload") {
      let bytes = 0;
      let sum = 0;
      for await (const chunk of request.body ?? []) {
        bytes += chunk.length;
        sum = (sum + chunk[0]! + chunk.at(-1)!) % 65_521;
      }
      return Response.json({ bytes, sum });
    }
    const mib = Number(url.searchParams.get("mib"));
    let sent = 0;
    return new Response(
      new ReadableStream({
        pull(controller): void {
          if (sent++ < mib) controller.enqueue(new Uint8Array(MIB).fill(sent % 256));
          else controller.close();
        },
      }),
    );
  },
});
process.stdout.write(`${server.port}\n`);
process.stdin.on("end", () => process.exit(0)).resume();
