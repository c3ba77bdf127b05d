/** A name server on this machine that answers what the test says. https://www.rfc-editor.org/rfc/rfc1035#section-4 */
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";

const A = 1;
const AAAA = 28;

export interface DnsServer extends Disposable {
  /** Names that were asked for, with their types. */
  readonly asked: string[];
  /** For the helpers' option of that name: asks this server, each time. */
  readonly resolve: (hostname: string) => Promise<readonly string[]>;
}

/** @param answers - the addresses of a name, asked anew for each question */
export async function startDnsServer(answers: (name: string) => readonly string[]): Promise<DnsServer> {
  const asked: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (question, { port, address }) => {
    const { name, end } = readName(question, 12);
    const type = question.readUInt16BE(end);
    asked.push(`${name} ${type === AAAA ? "AAAA" : "A"}`);
    const found = answers(name).filter((text) => text.includes(":") === (type === AAAA));
    socket.send(toAnswer(question.subarray(0, end + 4), type, found), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const resolver = new Resolver({ timeout: 2000, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  const none = (): string[] => [];
  return {
    asked,
    resolve: async (hostname) => {
      const both = await Promise.all([
        resolver.resolve4(hostname).catch(none),
        resolver.resolve6(hostname).catch(none),
      ]);
      return both.flat();
    },
    [Symbol.dispose]: () => void socket.close(),
  };
}

function readName(bytes: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  while (bytes[at]! > 0) {
    labels.push(bytes.toString("latin1", at + 1, at + 1 + bytes[at]!));
    at += 1 + bytes[at]!;
  }
  return { name: labels.join("."), end: at + 1 };
}

/** Records that nobody may keep. */
function toAnswer(question: Buffer, type: number, addresses: readonly string[]): Buffer {
  const head = Buffer.from(question);
  head.writeUInt16BE(0x8580, 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt32BE(0, 8);
  const records = addresses.map((address) => {
    const data = type === A ? Buffer.from(address.split(".").map(Number)) : ipv6(address);
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(type, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt16BE(data.length, 10);
    return Buffer.concat([record, data]);
  });
  return Buffer.concat([head, ...records]);
}

/** Of the forms the tests use: eight groups, or "::" before the last ones. */
function ipv6(text: string): Buffer {
  const groups = text.replace(/^::/, "").split(":");
  const data = Buffer.alloc(16);
  groups.forEach((group, index) => data.writeUInt16BE(Number.parseInt(group, 16), 16 - 2 * (groups.length - index)));
  return data;
}
