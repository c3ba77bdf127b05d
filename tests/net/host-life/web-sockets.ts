/** A host whose guests connect to servers that break off, or speak no WebSocket. Silent unless broken. */
import { V8Sandbox } from "network-runtime";
import { webSocketGateway } from "network-runtime/net";
import { createHash } from "node:crypto";
import { ENDINGS, breakOff, cuts } from "./broken-server.ts";

/** https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
function frame(opcode: number, payload: string | Buffer, fin = true): Buffer {
  const bytes = Buffer.from(payload);
  const first = (fin ? 0x80 : 0) | opcode;
  if (bytes.length < 126) return Buffer.concat([Buffer.from([first, bytes.length]), bytes]);
  return Buffer.concat([announced(first, BigInt(bytes.length)), bytes]);
}

function announced(first: number, length: bigint): Buffer {
  const head = Buffer.from([first, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeBigUInt64BE(length, 2);
  return head;
}

const messages: Record<string, Buffer> = {
  proper: Buffer.concat([frame(1, "hello"), frame(2, "bytes"), frame(8, Buffer.from([3, 232, 65, 66]))]),
  fragmented: Buffer.concat([
    frame(1, "he", false),
    frame(9, "?"),
    frame(0, "llo", false),
    frame(0, "!"),
    frame(8, ""),
  ]),
  "not-utf-8": frame(1, Buffer.from([0xff, 0xfe, 65])),
  reserved: Buffer.from([0xf1, 1, 65]),
  "unknown-opcode": Buffer.from([0x83, 1, 65]),
  masked: Buffer.from([0x81, 0x81, 1, 2, 3, 4, 64]),
  huge: announced(0x82, 0x7fff_ffff_ffff_ffffn),
  "beyond-all": announced(0x82, 0xffff_ffff_ffff_ffffn),
  oversized: frame(2, Buffer.alloc(30_000)),
  "oversized-in-pieces": Buffer.concat([frame(2, Buffer.alloc(8000), false), frame(0, Buffer.alloc(8000))]),
  "half-a-code": Buffer.from([0x88, 1, 3]),
  "forbidden-codes": Buffer.concat([frame(8, Buffer.from([3, 237])), frame(8, Buffer.from([0, 5]))]),
  "reason-not-utf-8": frame(8, Buffer.from([3, 232, 0xff])),
  "long-control-frames": Buffer.concat([frame(9, Buffer.alloc(200)), frame(8, Buffer.alloc(126))]),
  "control-in-pieces": frame(9, "a", false),
  "continues-nothing": frame(0, "a"),
  "begins-twice": Buffer.concat([frame(1, "a", false), frame(1, "b")]),
  "after-its-end": Buffer.concat([frame(8, ""), frame(1, "late"), frame(8, "")]),
};
const upgraded = "101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade";
const handshakes: Record<string, (accept: string) => string> = {
  unaccepted: () => upgraded,
  "wrongly-accepted": () => `${upgraded}\nSec-WebSocket-Accept: AAAA`,
  "with-an-extension": (accept) => `${upgraded}\nSec-WebSocket-Extensions: x\nSec-WebSocket-Accept: ${accept}`,
  "with-a-protocol": (accept) => `${upgraded}\nSec-WebSocket-Protocol: x\nSec-WebSocket-Accept: ${accept}`,
  ok: () => "200 OK\nContent-Length: 5",
  unauthorized: () => "401 Unauthorized\nContent-Length: 50",
  moved: () => "302 Found\nLocation: /elsewhere",
};

function toHead(handshake: string): Buffer {
  return Buffer.from(`HTTP/1.1 ${handshake}\n\n`.replaceAll("\n", "\r\n"));
}

function bytesOf(name: string, head: string): Buffer {
  const key = /sec-websocket-key: (.*)\r/i.exec(head)?.[1] ?? "";
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const handshake = handshakes[name];
  if (handshake) return Buffer.concat([toHead(handshake(accept)), messages["proper"]!]);
  return Buffer.concat([toHead(`${upgraded}\nSec-WebSocket-Accept: ${accept}`), messages[name]!]);
}

using server = await breakOff(bytesOf);
const sandbox = new V8Sandbox({ threads: 1 });
const isolate = await sandbox.createIsolate();
const allow = [`ws://${server.host}`, `wss://${server.host}`];
const gateway = webSocketGateway(isolate, { allow, maxConnections: 0, maxMessageBytes: 10_000 });

/** What guests do with a WebSocket `s`, at once and when it is open. */
const uses = [
  ["", ""],
  ["", "s.send('x'.repeat(1000))"],
  ["", "s.close(3000, 'enough')"],
  ["s.close()", ""],
];

const paths = [...Object.keys(messages), ...Object.keys(handshakes)].flatMap((name) =>
  ENDINGS.flatMap((ending) =>
    cuts(bytesOf(name, "").length, 12).map((cut) => `ws://${server.host}/${name}/${cut}/${ending}`),
  ),
);
for (const [atOnce, whenOpen] of uses) {
  const urls = [...paths, `wss://${server.host}/`];
  while (urls.length > 0) {
    const wrong = await isolate.evaluate<string[]>(`(async () => {
      const connect = (url) => new Promise((resolve) => {
        const s = new WebSocket(url);
        let opened = false, failed = false;
        s.onopen = () => { opened = true; ${whenOpen} };
        s.onerror = () => { failed = true; };
        s.onclose = ({ code }) => resolve(opened || (failed && code === 1006) ? "" : url + " closed with " + code);
        ${atOnce}
      });
      const all = await Promise.all(${JSON.stringify(urls.splice(0, 100))}.map(connect));
      return all.filter((one) => one !== "");
    })()`);
    if (wrong.length > 0) throw new Error(wrong.join("; "));
  }
}
if (gateway.stats().connections !== 0) throw new Error(`${gateway.stats().connections} connections are left`);
sandbox.shutdown();
