/**
 * What the public interface needs of the platform: the types of whichever library declares them in a user's project (DOM,
 * Bun's types, node's), else no more than is said here. So the package's types need no other package's.
 */

type Global<Name extends string, Otherwise> = typeof globalThis extends { [Key in Name]: { prototype: infer Instance } }
  ? Instance
  : Otherwise;

/** Tells that something is given up. */
export type PlatformAbortSignal = Global<
  "AbortSignal",
  { readonly aborted: boolean; readonly reason: unknown; addEventListener(type: "abort", listener: () => void): void }
>;

/** A URL, parsed. */
export type PlatformURL = Global<
  "URL",
  { readonly [Part in "href" | "origin" | "protocol" | "hostname" | "port" | "pathname" | "search"]: string }
>;

/** Headers of a request. */
export type PlatformHeaders = Global<
  "Headers",
  { get(name: string): string | null; set(name: string, value: string): void; delete(name: string): void }
>;

/** A response, as fetch has it. */
export type PlatformResponse = Global<"Response", { readonly status: number; readonly headers: PlatformHeaders }>;

/** Bytes, piece by piece. */
export type PlatformByteStream = Global<
  "ReadableStream",
  { getReader(): { read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }> }; cancel(): Promise<void> }
>;
