/** What a redirect makes of a request. https://fetch.spec.whatwg.org/#concept-http-redirect-fetch */

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where a response sends the client on, as the server wrote it; null if it does not. */
export function redirectionOf(response: Response): string | null {
  return redirectStatuses.has(response.status) ? response.headers.get("location") : null;
}

/** Whether the request is made again as a GET without a body. */
export function becomesGet(status: number, method: string): boolean {
  if (status === 303) return method !== "GET" && method !== "HEAD";
  return (status === 301 || status === 302) && method === "POST";
}
