/** Which requests a server on the loopback address answers. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** What is looked at of a request. */
export interface Asking {
  /** Its header Host; null: it has none. */
  readonly host: string | null;
  /** Its header Origin; null: it has none. */
  readonly origin: string | null;
  /** Of its address, without what follows a question mark. */
  readonly path: string;
}

/** How it is looked at. */
export interface Rules {
  /** The server's own port. */
  readonly port: number;
  /** What the path begins with, `"/TOKEN/…"`. */
  readonly token: string;
  /** Origins besides the server's own, `"devtools://devtools"`. */
  readonly origins: readonly string[];
  /** Paths that need no token. */
  readonly isOpen: (path: string) => boolean;
}

/** What becomes of a request: it is answered, its path without the token, or refused. */
export type Verdict =
  { readonly path: string; readonly hasToken: boolean } | { readonly status: number; readonly problem: string };

/** How a browser calls this machine: any other name may be a page's own, whose address is changed after it was loaded. */
const OWN_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?$/i;

/** @returns 144 random bits, in characters that a path may have */
export function newToken(): string {
  return randomBytes(18).toString("base64url");
}

/** Looks at a request before anybody answers it. */
export function judge({ host, origin, path }: Asking, rules: Rules): Verdict {
  if (!isOwn(host, rules.port)) {
    return { status: 403, problem: "The Host header is not this server's: use its address, 127.0.0.1 or localhost." };
  }
  if (origin !== null && !isAllowed(origin, rules)) {
    return { status: 403, problem: "Pages of other origins get no answer." };
  }
  const [, first = "", rest] = /^\/([^/]*)(\/.*)?$/s.exec(path) ?? [];
  if (isSame(first, rules.token)) return { path: rest ?? "/", hasToken: true };
  if (rules.isOpen(path)) return { path, hasToken: false };
  return { status: 403, problem: "The address lacks its token. It was told where the server was started." };
}

function isOwn(host: string | null, port: number): boolean {
  const [whole, given = "80"] = OWN_HOST.exec(host ?? "") ?? [];
  return whole !== undefined && Number(given) === port;
}

function isAllowed(origin: string, { origins, port }: Rules): boolean {
  const own = origin.startsWith("http://") && isOwn(origin.slice("http://".length), port);
  return own || origins.includes(origin);
}

/** In the same time for any two texts. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
