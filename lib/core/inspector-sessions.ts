/** Those who debug one isolate: what they ask goes to the engine, what its inspector says comes back to whom it is for. */
import { INSPECT_INTERRUPTS, INSPECT_IS_ENGINES, Inspect } from "../engine/engine.ts";

/** Whoever debugs. */
export interface FrontEnd {
  /**
   * Gets a message of Chrome's DevTools protocol.
   *
   * @param text - JSON, in ASCII
   * @param taken - to be called once it has left: while too much has not, the guest waits
   */
  message(text: string, taken: () => void): void;
  /** The isolate has ended. The last call. */
  ended(): void;
}

/** How a command of the protocol is carried out. */
export interface Manner {
  /** In the middle of a turn, too. */
  readonly interrupts: boolean;
  /** It runs none of the guest's code, and is not charged to it. */
  readonly isEngines: boolean;
}

/** One who debugs. */
export interface InspectorSession {
  /** A command of the protocol, JSON. */
  command(text: string, manner: Manner): void;
  /** @returns whether it begins: another session records one already */
  startProfile(intervalUs: number): boolean;
  /** Ends this session's. Its answer is that to a command of this id. @returns whether there is one */
  endProfile(id: number): boolean;
  /** Its pieces come as events of the protocol, before the answer to a command of this id. */
  takeSnapshot(id: number): void;
  /** Nothing comes from here on; the guest goes on if it was paused for this one. A second call does nothing. */
  close(): void;
}

const OWN: Manner = { interrupts: true, isEngines: true };

/** The sessions of one isolate. */
export class InspectorSessions {
  readonly #post: (session: number, payload: Uint8Array) => void;
  readonly #sessions = new Map<number, Session>();
  #next = 1;
  /** The session that records a CPU profile: V8 has one stack to look at. */
  profiling: object | undefined;

  /** @param post - gives the engine a payload of PostKind.Inspect */
  constructor(post: (session: number, payload: Uint8Array) => void) {
    this.#post = post;
  }

  open(frontEnd: FrontEnd): InspectorSession {
    const id = this.#next++;
    const session = new Session(
      this,
      frontEnd,
      (payload) => this.#post(id, payload),
      () => this.#sessions.delete(id),
    );
    this.#sessions.set(id, session);
    return session;
  }

  /** The guest begins nothing until a session says so: `Runtime.runIfWaitingForDebugger`. */
  wait(): void {
    this.#post(0, head(Inspect.Wait));
  }

  /** It need not wait any more. */
  release(): void {
    this.#post(0, head(Inspect.Close));
  }

  /** A record of the engine's. */
  record(id: number, bytes: Uint8Array, start: number, end: number): void {
    const session = this.#sessions.get(id);
    if (session) session.record(bytes, start, end);
    else this.#post(id, withNumber(Inspect.Taken, end - start));
  }

  /** The isolate has ended. */
  end(): void {
    for (const session of this.#sessions.values()) session.end();
    this.#sessions.clear();
  }
}

class Session implements InspectorSession {
  readonly #sessions: InspectorSessions;
  readonly #frontEnd: FrontEnd;
  readonly #post: (payload: Uint8Array) => void;
  readonly #forget: () => void;
  /** Bytes of records that have not left. */
  #untaken = 0;
  #closed = false;

  constructor(
    sessions: InspectorSessions,
    frontEnd: FrontEnd,
    post: (payload: Uint8Array) => void,
    forget: () => void,
  ) {
    this.#sessions = sessions;
    this.#frontEnd = frontEnd;
    this.#post = post;
    this.#forget = forget;
  }

  command(text: string, manner: Manner): void {
    if (this.#closed) return;
    const bytes = Buffer.from(` ${text}`, "utf8");
    bytes[0] = head(Inspect.Command, manner)[0]!;
    this.#post(bytes);
  }

  startProfile(intervalUs: number): boolean {
    const { profiling } = this.#sessions;
    if (this.#closed || (profiling && profiling !== this)) return false;
    this.#sessions.profiling = this;
    this.#post(withNumber(Inspect.Profile, intervalUs, OWN));
    return true;
  }

  endProfile(id: number): boolean {
    if (this.#sessions.profiling !== this) return false;
    this.#sessions.profiling = undefined;
    this.#post(withNumber(Inspect.ProfileEnd, id, OWN));
    return true;
  }

  takeSnapshot(id: number): void {
    if (!this.#closed) this.#post(withNumber(Inspect.Snapshot, id, OWN));
  }

  record(bytes: Uint8Array, start: number, end: number): void {
    const size = end - start;
    this.#untaken += size;
    let isTaken = false;
    const taken = (): void => {
      if (isTaken || this.#closed) return;
      isTaken = true;
      this.#untaken -= size;
      this.#post(withNumber(Inspect.Taken, size));
    };
    this.#frontEnd.message(Buffer.from(bytes.buffer, bytes.byteOffset + start, size).toString("latin1"), taken);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#forget();
    // Its result goes to nobody.
    if (this.#sessions.profiling === this) {
      this.#sessions.profiling = undefined;
      this.#post(withNumber(Inspect.ProfileEnd, 0, OWN));
    }
    this.#post(head(Inspect.Close, OWN));
    if (this.#untaken > 0) this.#post(withNumber(Inspect.Taken, this.#untaken));
  }

  end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#frontEnd.ended();
  }
}

function head(kind: Inspect, { interrupts, isEngines }: Manner = { interrupts: false, isEngines: false }): Uint8Array {
  return Uint8Array.of(kind | (interrupts ? INSPECT_INTERRUPTS : 0) | (isEngines ? INSPECT_IS_ENGINES : 0));
}

function withNumber(kind: Inspect, value: number, manner?: Manner): Uint8Array {
  const payload = new Uint8Array(5);
  payload.set(head(kind, manner));
  new DataView(payload.buffer).setUint32(1, value, true);
  return payload;
}
