/**
 * Which IP addresses a guest may reach: public unicast ones.
 * https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry
 */
import { isIP } from "node:net";
import { OptionError } from "../../contract/errors.ts";

/** An address as 16 bytes; IPv4 is ::ffff:a.b.c.d. */
type Bytes = Uint8Array;

/** A block of addresses. */
interface Block {
  readonly bytes: Bytes;
  readonly bits: number;
}

const MAPPED_BITS = 96;

/** The bytes of an address in text form, undefined if it is none. A zone ("%eth0") does not change where it belongs. */
function parse(text: string): Bytes | undefined {
  const address = text.split("%")[0]!;
  const family = isIP(address);
  if (family === 0) return undefined;
  const bytes = new Uint8Array(16);
  if (family === 4) {
    bytes.fill(0xff, 10, 12);
    bytes.set(address.split(".").map(Number), 12);
    return bytes;
  }
  // The URL parser writes every IPv6 address in hexadecimal groups.
  const [head = "", tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill("0"), ...right];
  groups.forEach((group, index) => {
    const value = Number.parseInt(group, 16);
    bytes[index * 2] = value >> 8;
    bytes[index * 2 + 1] = value & 0xff;
  });
  return bytes;
}

function block(text: string): Block {
  const slash = text.indexOf("/");
  const address = slash < 0 ? text : text.slice(0, slash);
  const bytes = parse(address);
  const longest = address.includes(":") ? 128 : 32;
  const bits = slash < 0 ? longest : Number(text.slice(slash + 1));
  if (bytes === undefined || !Number.isInteger(bits) || bits < 0 || bits > longest) {
    throw new OptionError("addresses", `addresses: ${JSON.stringify(text)} is neither an IP address nor a CIDR block.`);
  }
  return { bytes, bits: longest === 32 ? bits + MAPPED_BITS : bits };
}

function contains({ bytes, bits }: Block, address: Bytes): boolean {
  const whole = bits >> 3;
  for (let index = 0; index < whole; index++) if (bytes[index] !== address[index]) return false;
  const mask = (0xff00 >> (bits & 7)) & 0xff;
  return mask === 0 || ((bytes[whole]! ^ address[whole]!) & mask) === 0;
}

const ipv4 = block("::ffff:0:0/96");
const globalUnicast = block("2000::/3");

/** What is neither public nor unicast, and what clouds answer their machines' secrets on (168.63.129.16 is Azure's). */
const refused: readonly Block[] = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"],
  ...["192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"],
  ...["203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16"],
  // Within 2000::/3: protocol assignments with Teredo, documentation, 6to4 (it embeds an IPv4 address).
  ...["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"],
].map(block);

/** Whether an address is public unicast. False for what is no address. */
export function isPublicAddress(text: string): boolean {
  const address = parse(text);
  if (address === undefined) return false;
  if (!contains(ipv4, address) && !contains(globalUnicast, address)) return false;
  return !refused.some((one) => contains(one, address));
}

/** Addresses and CIDR blocks that a host lists. @throws OptionError */
export class AddressList {
  readonly #blocks: readonly Block[];

  constructor(list: readonly string[]) {
    this.#blocks = list.map(block);
  }

  has(text: string): boolean {
    const address = parse(text);
    return address !== undefined && this.#blocks.some((one) => contains(one, address));
  }
}
