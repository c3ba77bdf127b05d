/** Where the project's server (wptserve) would be, or what stands for it is: addresses, and `.sub.` files with them. */

/** A server's addresses. */
export interface Site {
  readonly host: string;
  readonly ports: { readonly http: readonly [number, number]; readonly ws: readonly [number] };
}

/** Ports of the project's server that nothing stands for: TLS and HTTP/2. */
const otherPorts: Readonly<Record<string, readonly number[]>> = { https: [8443, 8444], wss: [8667], h2: [9000] };

/** Where the tests believe to be: a potentially trustworthy origin, as tests of `https` in their name require. */
export function originOf({ host, ports }: Site): string {
  return `http://${host}:${ports.http[0]}`;
}

/** A test's address. */
export function locationOf(test: { readonly file: string; readonly variant: string }, site: Site): string {
  return `${originOf(site)}/${test.file.replace(/\.any\.js$/, ".any.worker.js")}${test.variant}`;
}

/** Fills in `{{host}}`, `{{domains[…]}}`, `{{ports[…][…]}}`, `{{location[…]}}` and a request's `{{headers[…]}}`. */
export function substitute(text: string, site: Site, header: (name: string) => string = () => ""): string {
  const { host } = site;
  const ports: Readonly<Record<string, readonly number[]>> = { ...otherPorts, ...site.ports };
  return text.replace(/\{\{([^}]*)\}\}/g, (whole, expression: string) => {
    const [name, first, second] = expression.split(/[[\]]+/);
    if (name === "host") return host;
    if (name === "domains") return first ? `${first}.${host}` : host;
    if (name === "hosts") return second ? `${second}.${host}` : host;
    if (name === "ports") return String(ports[first ?? ""]?.[Number(second ?? 0)] ?? 0);
    if (name === "headers") return header(first ?? "");
    if (name === "location" && first === "scheme") return "http";
    if (name === "location" && first === "host") return `${host}:${site.ports.http[0]}`;
    return whole;
  });
}
