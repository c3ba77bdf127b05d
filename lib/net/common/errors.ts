/** What the network helpers refuse or fail with. A guest sees name, message and code. */
import { SandboxError } from "../../contract/errors.ts";

/**
 * The stable codes of {@link NetworkError}:
 * - `ERR_NET_URL`: not a URL, a scheme that is not allowed, or user name and password in it
 * - `ERR_NET_NOT_ALLOWED`: the allow-list does not have it
 * - `ERR_NET_ADDRESS`: the host is, or resolves to, a private, loopback, link-local or metadata address
 * - `ERR_NET_DNS`: the host has no address
 * - `ERR_NET_METHOD`: the method is not allowed
 * - `ERR_NET_HEADER`: a header is malformed, or not the guest's to set
 * - `ERR_NET_REDIRECT`: too many redirects, or one that cannot be followed
 * - `ERR_NET_REQUEST_TOO_LARGE`, `ERR_NET_RESPONSE_TOO_LARGE`: a body beyond its limit
 * - `ERR_NET_TIMEOUT`: a wait took too long
 * - `ERR_NET_ABORTED`: the guest, or its isolate's end, gave it up
 * - `ERR_NET_FAILED`: connecting, TLS or the exchange failed
 * - `ERR_NET_ARGUMENT`: the guest's data is not a request
 */
export type NetworkErrorCode =
  | "ERR_NET_URL"
  | "ERR_NET_NOT_ALLOWED"
  | "ERR_NET_ADDRESS"
  | "ERR_NET_DNS"
  | "ERR_NET_METHOD"
  | "ERR_NET_HEADER"
  | "ERR_NET_REDIRECT"
  | "ERR_NET_REQUEST_TOO_LARGE"
  | "ERR_NET_RESPONSE_TOO_LARGE"
  | "ERR_NET_TIMEOUT"
  | "ERR_NET_ABORTED"
  | "ERR_NET_FAILED"
  | "ERR_NET_ARGUMENT";

/** A network helper refused a guest's request, or could not complete it. */
export class NetworkError extends SandboxError {
  override readonly name: string = "NetworkError";
  declare readonly code: NetworkErrorCode;

  /**
   * @param code - the stable code
   * @param message - what was refused and why; guests read it
   * @param options - the standard `cause`, which guests never see
   */
  constructor(code: NetworkErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(code, message, options);
  }
}

/** What was never sent, because the host does not allow it. */
const refusals: ReadonlySet<string> = new Set<NetworkErrorCode>([
  "ERR_NET_URL",
  "ERR_NET_NOT_ALLOWED",
  "ERR_NET_ADDRESS",
  "ERR_NET_METHOD",
  "ERR_NET_HEADER",
  "ERR_NET_ARGUMENT",
]);

/** Whether the host's rules refused it; otherwise it was tried and failed, or was given up. */
export function isRefusal(error: NetworkError): boolean {
  return refusals.has(error.code);
}

/** Whatever went wrong below the helpers, without what it would tell of the host. */
export function toNetworkError(error: unknown): NetworkError {
  if (error instanceof NetworkError) return error;
  if (error instanceof HostError) return error.toNetworkError();
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  const detail = code !== undefined && /^[A-Za-z0-9_]{1,60}$/.test(code) ? ` (${code})` : "";
  return new NetworkError("ERR_NET_FAILED", `The exchange with the server failed${detail}.`, { cause: error });
}

/** What a function of the host's threw, on its way to whoever asked. */
export class HostError {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }

  /** For logs, and for guests that are told no other way. */
  toNetworkError(): NetworkError {
    const { error } = this;
    if (error instanceof NetworkError) return error;
    const text = error instanceof Error ? error.message : "The host refused it.";
    return new NetworkError("ERR_NET_NOT_ALLOWED", text, { cause: error });
  }
}

/** Calls a function of the host's. @throws HostError */
export async function byHost<T>(call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new HostError(error);
  }
}
