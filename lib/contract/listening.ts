/** Servers on the loopback address, as their users have them. */

/** Where such a server listens. */
export interface ListenOptions {
  /**
   * The port, or 0 for any that is free.
   * @defaultValue 0
   */
  readonly port?: number | undefined;
  /**
   * The address: one that only this machine reaches.
   * @defaultValue "127.0.0.1"
   */
  readonly hostname?: "127.0.0.1" | "::1" | "localhost" | undefined;
}

/** A server that listens. It keeps no process alive. */
export interface Listening extends AsyncDisposable {
  /** Its port. */
  readonly port: number;
  /** Its address with its token: whoever has it has what the server gives. */
  readonly url: string;
  /** Ends it, and all connections to it. A second call does nothing. */
  close(): Promise<void>;
}
