/** The server that network lines talk to, in a process of its own. Prints its port; ends with its standard input. */
import process from "node:process";
import { PIECE_BYTES, PIECES, SMALL_BYTES } from "./sizes.ts";

const small = Buffer.alloc(SMALL_BYTES, "x");
const piece = new Uint8Array(PIECE_BYTES).fill(7);

function stream(): ReadableStream<Uint8Array> {
  let left = PIECES;
  return new ReadableStream({
    pull(controller): void {
      if (left-- > 0) controller.enqueue(piece);
      else controller.close();
    },
  });
}

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request, self) {
    switch (new URL(request.url).pathname) {
      case "/small":
        return new Response(small);
      case "/stream":
        return new Response(stream());
      default:
        return self.upgrade(request) ? undefined : new Response("", { status: 404 });
    }
  },
  websocket: { message: (socket, message) => void socket.send(message) },
});
process.stdout.write(`${server.port}\n`);
process.stdin.on("end", () => process.exit(0)).resume();
