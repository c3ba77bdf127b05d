/** A proxy under test: its handler, called as the library calls it. */
import { fetchProxy } from "network-runtime/net";
import type { FetchProxyOptions } from "network-runtime/net";
import type { Isolate, RequestContext } from "network-runtime";

/** Stands for an isolate: the proxy only tells isolates apart. */
export const isolate = { id: 0 } as unknown as Isolate;

/** Every name means this machine, which is listed. */
export const loopback = {
  addresses: ["127.0.0.1"],
  resolve: async (): Promise<readonly string[]> => ["127.0.0.1"],
};

export function context(signal: AbortSignal = new AbortController().signal): RequestContext {
  return { isolate, method: "fetch", signal };
}

/** One request through a new proxy. */
export function ask(options: FetchProxyOptions, data: object, signal?: AbortSignal): Promise<Response> {
  return fetchProxy(options)(data, context(signal));
}

/** The code a request is refused with, "answered" if it is not. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "answered",
    (error: { code?: string }) => error.code ?? String(error),
  );
}

export { until } from "../api/harness.ts";
