/** Where guests may connect to: the allow-list, then the addresses behind a name. */
import { isIP } from "node:net";
import type { Isolate } from "../../api/isolate.ts";
import { parseUrl } from "../../codec/index.ts";
import { OptionError } from "../../contract/errors.ts";
import { checkFunction, checkTexts } from "../../contract/option-values.ts";
import type { PlatformURL } from "../../contract/platform.ts";
import { NetworkError, byHost } from "../common/errors.ts";
import { AddressList, isPublicAddress } from "./address.ts";
import { systemResolve } from "./resolver.ts";

/** Decides about a URL. What it throws refuses the request, with its message. */
export type AllowFunction = (url: PlatformURL, context: { readonly isolate: Isolate }) => boolean | Promise<boolean>;

/**
 * What may be reached. A list's entries are
 * - an origin: `"https://api.example.com"`, `"http://127.0.0.1:8080"`, `"wss://gateway.example.com"`;
 * - a host, at its scheme's default port: `"api.example.com"`; with a port: `"api.example.com:8443"`;
 * - all hosts below a domain, not itself: `"*.example.com"`;
 * - `"*"`: every public host at its scheme's default port.
 */
export type Allow = readonly string[] | AllowFunction;

/** Turns a host's name into IP addresses. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** What the network helpers have in common. */
export interface PolicyOptions {
  /**
   * What guests may reach. Nothing else is.
   */
  allow: Allow;
  /**
   * IP addresses and CIDR blocks that names may resolve to although they are private, loopback, link-local or of a
   * cloud's metadata service. An entry of `allow` that is itself such an address (`"http://127.0.0.1:8080"`) needs none.
   * @defaultValue []
   */
  addresses?: readonly string[] | undefined;
  /**
   * Finds a host's addresses. The connection is made to the first of them, and to no other than were checked.
   * @defaultValue the system's resolver, whose answers are used for five seconds
   */
  resolve?: Resolve | undefined;
}

/** A URL that may be reached, and the addresses to reach it at. */
export interface Destination {
  readonly url: URL;
  /** The URL's host: a name, or an address without brackets. */
  readonly host: string;
  readonly addresses: readonly string[];
}

type Rule = (url: URL) => boolean;

/** An entry of the list. */
interface Entry {
  readonly matches: Rule;
  /** Whether it means this very host: "*" allows every host, but names none. */
  readonly names: boolean;
}

/** What the list says of a URL. */
type Verdict = "refused" | "allowed" | "named";

/** The host of a URL without brackets. */
export function bareHost({ hostname }: URL): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}

function toRule(entry: string): Rule {
  const bad = (): OptionError =>
    new OptionError("allow", `allow: ${JSON.stringify(entry)} is neither an origin nor a host.`);
  if (typeof entry !== "string") throw bad();
  if (entry === "*") return (url) => url.port === "";
  if (entry.includes("://")) {
    const origin = URL.parse(entry);
    if (origin === null || origin.hostname === "" || origin.pathname.length > 1 || origin.search || origin.hash)
      throw bad();
    // All that is allowed has this form: without a user name, and with a path.
    const beginning = `${origin.protocol}//${origin.host}/`;
    return (url) => url.href.startsWith(beginning);
  }
  const below = entry.startsWith("*.");
  // A scheme without a default port, so that ":443" stays.
  const parsed = URL.parse(`x://${below ? entry.slice(2) : entry}`);
  const canonical = parsed === null ? null : URL.parse(`https://${parsed.hostname}`);
  if (
    parsed === null ||
    canonical === null ||
    parsed.pathname !== "" ||
    parsed.username ||
    parsed.search ||
    parsed.hash
  ) {
    throw bad();
  }
  const { hostname } = canonical;
  const { port } = parsed;
  return (url) =>
    (below ? url.hostname.endsWith(`.${hostname}`) : url.hostname === hostname) &&
    (port === "" ? url.port === "" : (url.port || defaultPort(url)) === port);
}

function defaultPort(url: URL): string {
  return url.protocol === "https:" || url.protocol === "wss:" ? "443" : "80";
}

function judge(entries: readonly Entry[], url: URL): Verdict {
  let verdict: Verdict = "refused";
  for (const { matches, names } of entries) {
    if ((names || verdict === "refused") && matches(url)) {
      if (names) return "named";
      verdict = "allowed";
    }
  }
  return verdict;
}

/** The checks, in the order in which a URL passes them. */
export class Policy {
  readonly #schemes: readonly string[];
  readonly #judge: (url: URL, isolate: Isolate) => Verdict | Promise<Verdict>;
  readonly #listed: AddressList;
  readonly #resolve: Resolve;

  /** @throws OptionError */
  constructor(options: PolicyOptions, schemes: readonly string[], doing: string) {
    const { allow, addresses = [], resolve = systemResolve } = options;
    checkTexts("addresses", addresses, doing);
    checkFunction("resolve", resolve, doing);
    this.#schemes = schemes;
    if (typeof allow === "function") {
      this.#judge = async (url, isolate) =>
        (await byHost(() => allow(new URL(url), { isolate }))) ? "allowed" : "refused";
    } else if (Array.isArray(allow)) {
      const entries = (allow as readonly string[]).map((entry): Entry => ({
        matches: toRule(entry),
        names: !entry.startsWith("*"),
      }));
      this.#judge = (url) => judge(entries, url);
    } else {
      throw new OptionError(
        "allow",
        "allow must be a list of origins and hosts, or a function; nothing is allowed without.",
      );
    }
    this.#listed = new AddressList(addresses);
    this.#resolve = resolve;
  }

  /** At once where nothing has to be waited for. @throws NetworkError */
  check(text: string, isolate: Isolate): Destination | Promise<Destination> {
    const url = this.#parse(text);
    const verdict = this.#judge(url, isolate);
    if (verdict instanceof Promise) return verdict.then((verdict) => this.#checkHost(url, verdict));
    return this.#checkHost(url, verdict);
  }

  #checkHost(url: URL, verdict: Verdict): Destination | Promise<Destination> {
    if (verdict === "refused") {
      throw new NetworkError("ERR_NET_NOT_ALLOWED", `${url.origin === "null" ? url.host : url.origin} is not allowed.`);
    }
    const host = bareHost(url);
    if (isIP(host) === 0) return this.#checkName(url, host);
    if (verdict !== "named") this.#checkAddress(host, host);
    return { url, host, addresses: [host] };
  }

  async #checkName(url: URL, host: string): Promise<Destination> {
    const addresses = await this.#addressesOf(host);
    // One bad address is enough: whoever answers with it decides which one is used.
    for (const address of addresses) this.#checkAddress(address, host);
    return { url, host, addresses };
  }

  #parse(text: string): URL {
    const url = parseUrl(text);
    if (url === null) throw new NetworkError("ERR_NET_URL", "The URL is not valid, or too long.");
    const { href } = url;
    if (!this.#schemes.some((scheme) => href.startsWith(scheme))) {
      throw new NetworkError("ERR_NET_URL", `The scheme '${url.protocol}' is not allowed.`);
    }
    if (href.includes("@") && (url.username !== "" || url.password !== "")) {
      throw new NetworkError("ERR_NET_URL", "A URL must not hold a user name or a password.");
    }
    return url;
  }

  async #addressesOf(host: string): Promise<readonly string[]> {
    let addresses: readonly string[];
    try {
      addresses = await this.#resolve(host);
    } catch (error) {
      throw new NetworkError("ERR_NET_DNS", `The host ${host} was not found.`, { cause: error });
    }
    if (addresses.length === 0) throw new NetworkError("ERR_NET_DNS", `The host ${host} has no address.`);
    return addresses;
  }

  #checkAddress(address: string, host: string): void {
    if (isPublicAddress(address) || this.#listed.has(address)) return;
    // The address itself is not told: what names mean inside the host's network is not the guest's to know.
    throw new NetworkError("ERR_NET_ADDRESS", `The host ${host} has an address that is not public.`);
  }
}
