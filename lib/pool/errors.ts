/** What pools fail with. */
import { SandboxError } from "../contract/errors.ts";
import { show } from "../contract/show.ts";

/** All isolates that a pool may have are at work, and as many callers wait as may (`ERR_POOL_EXHAUSTED`). */
export class PoolExhaustedError extends SandboxError {
  override readonly name: string = "PoolExhaustedError";
  /** The pool's `max`: isolates that may live at once. */
  readonly max: number;
  /** Callers that wait: the pool's `waitingMax`. */
  readonly waiting: number;

  /**
   * @param doing - what was asked of the pool, `"pool.run()"`
   * @param max - isolates that may live at once
   * @param waiting - callers that wait
   */
  constructor(doing: string, max: number, waiting: number) {
    super(
      "ERR_POOL_EXHAUSTED",
      `${doing}: all ${max} isolates are at work (max), and ${waiting} callers wait (waitingMax). ` +
        "Try again later, or raise one of these.",
    );
    this.max = max;
    this.waiting = waiting;
  }
}

/** The pool has been closed (`ERR_POOL_CLOSED`): it takes no more work, and whoever waited waits no longer. */
export class PoolClosedError extends SandboxError {
  override readonly name: string = "PoolClosedError";
  /** @param doing - what was asked of the pool, `"pool.run()"` */
  constructor(doing: string) {
    super("ERR_POOL_CLOSED", `${doing}: the pool has been closed. Make another with new IsolatePool().`);
  }
}

/**
 * A pool's `prepare` failed, took longer than `prepareMs`, or its isolate ended meanwhile (`ERR_PREPARE`): `cause` says how.
 * The isolate is gone. Whoever waited for it gets this; the next caller is a new try.
 */
export class PrepareError extends SandboxError {
  override readonly name: string = "PrepareError";
  /** Whose isolate it was to be; undefined for one that would have been anybody's. */
  readonly key: string | undefined;

  /**
   * @param key - whose isolate it was to be
   * @param cause - why it is not
   */
  constructor(key: string | undefined, cause: unknown) {
    const whose = key === undefined ? "" : ` of ${show(key)}`;
    const why = cause instanceof Error ? cause.message : String(cause);
    super("ERR_PREPARE", `new IsolatePool(): prepare failed for an isolate${whose}: ${why}`, { cause });
    this.key = key;
  }
}
