/** What of the project's server (wptserve) is needed without one: its address, `.sub.` files, and files to fetch. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, normalize, relative } from "node:path";

const host = "web-platform.test";
const httpsPort = 8443;
const ports: Readonly<Record<string, readonly number[]>> = {
  http: [8000, 8001],
  https: [httpsPort, 8444],
  ws: [8666],
  wss: [8667],
  h2: [9000],
};
/** Where the tests believe to be: a secure context, as tests of `https` in their name require. */
export const origin = `https://${host}:${httpsPort}`;

/** A test's address. */
export function locationOf(test: { readonly file: string; readonly variant: string }): string {
  return `${origin}/${test.file.replace(/\.any\.js$/, ".any.worker.js")}${test.variant}`;
}

/** Fills in `{{host}}`, `{{domains[…]}}`, `{{ports[…][…]}}` and `{{location[…]}}`. */
export function substitute(text: string): string {
  return text.replace(/\{\{([^}]*)\}\}/g, (whole, expression: string) => {
    const [name, first, second] = expression.split(/[[\]]+/);
    if (name === "host") return host;
    if (name === "domains") return first ? `${first}.${host}` : host;
    if (name === "hosts") return second ? `${second}.${host}` : host;
    if (name === "ports") return String(ports[first ?? ""]?.[Number(second ?? 0)] ?? 0);
    if (name === "location" && first === "scheme") return "https";
    if (name === "location" && first === "host") return `${host}:${httpsPort}`;
    return whole;
  });
}

/** A file that a test fetches. */
export interface Resource {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array;
}

/** Reads a file by its path of an URL. What lies outside of the checkout is not found. */
export function readResource(checkout: string, pathname: string): Resource {
  const path = join(checkout, normalize(decodeURIComponent(pathname)));
  const outside = relative(checkout, path).startsWith("..");
  if (outside || !existsSync(path) || !statSync(path).isFile()) {
    return { status: 404, type: "text/plain", body: new Uint8Array() };
  }
  return { status: 200, type: Bun.file(path).type, body: new Uint8Array(readFileSync(path)) };
}
