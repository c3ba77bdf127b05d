/** One front end at one isolate. What it sends is checked and bounded, what it does not take is not kept for it. */
import type { IsolateCore } from "../core/isolate-core.ts";
import type { FrontEnd, InspectorSession } from "../core/inspector-sessions.ts";
import type { Command } from "./commands.ts";
import { answer, answeredId, failure, mannerOf, parseCommand } from "./commands.ts";
import { withSourceMap } from "./script-events.ts";

/** What a connection needs of a WebSocket. */
export interface Socket {
  /** @param sent - is called once the text has left this process */
  send(text: string, sent: () => void): void;
  close(code: number, reason: string): void;
  /** Without a handshake: nobody answers. */
  terminate(): void;
}

/** Commands without an answer, of one front end: how many, and UTF-16 code units of them. */
const COMMANDS_MAX = 1024;
const COMMANDS_LENGTH_MAX = 4 * 1024 * 1024;
/** How long a front end may take nothing while something waits for it, in milliseconds. */
const STALL_MS = 20_000;
/** V8's own default, in microseconds. */
const SAMPLING_INTERVAL_US = 1000;

const CLOSED_ISOLATE_ENDED = 1000;
const CLOSED_FLOOD = 1008;

let stallMs = STALL_MS;

/** @internal For tests: how long front ends may stall; undefined: as long as they may. */
export function useStall(ms: number | undefined): void {
  stallMs = ms ?? STALL_MS;
}

/** One connection. */
export class Connection implements FrontEnd {
  readonly #core: IsolateCore;
  readonly #socket: Socket;
  readonly #session: InspectorSession;
  /** Lengths of commands that have no answer yet, by their ids. */
  readonly #open = new Map<number, number>();
  #openLength = 0;
  #sending = 0;
  #stall: ReturnType<typeof setTimeout> | undefined;
  #intervalUs = SAMPLING_INTERVAL_US;
  #closed = false;

  constructor(core: IsolateCore, socket: Socket) {
    this.#core = core;
    this.#socket = socket;
    this.#session = core.inspector.open(this);
  }

  /** A text came. */
  receive(text: string): void {
    if (this.#closed) return;
    const command = parseCommand(text);
    if ("problem" in command) return this.#send(failure(command.code, command.problem, command.id));
    // Of those that are answered here none waits.
    const own = this.#answerOwn(command);
    if (own !== undefined) return this.#send(own);
    this.#openLength += text.length - (this.#open.get(command.id) ?? 0);
    this.#open.set(command.id, text.length);
    if (this.#open.size > COMMANDS_MAX || this.#openLength > COMMANDS_LENGTH_MAX) {
      this.#close(() => this.#socket.close(CLOSED_FLOOD, "too many commands wait for their answers"));
      return;
    }
    if (this.#record(command)) return;
    const { id, method, params } = command;
    this.#session.command(JSON.stringify({ id, method, ...(params && { params }) }), mannerOf(method));
  }

  /** The socket is closed. */
  closed(): void {
    this.#close(() => {});
  }

  /** The server closes. */
  disconnect(): void {
    this.#close(() => this.#socket.close(1001, "the server is closed"));
  }

  message(text: string, taken: () => void): void {
    const id = answeredId(text);
    if (id !== undefined) {
      this.#openLength -= this.#open.get(id) ?? 0;
      this.#open.delete(id);
    }
    this.#send(
      withSourceMap(text, (url) => this.#core.sourceMapOf(url)),
      taken,
    );
  }

  ended(): void {
    this.#send(JSON.stringify({ method: "Inspector.detached", params: { reason: "target_closed" } }));
    this.#close(() => this.#socket.close(CLOSED_ISOLATE_ENDED, "the isolate has ended"));
  }

  /** @returns the answer to what has nothing to do with the isolate, or cannot be done */
  #answerOwn({ id, method, params }: Command): string | undefined {
    switch (method) {
      case "Profiler.setSamplingInterval": {
        const { interval } = (params ?? {}) as { interval?: unknown };
        if (typeof interval !== "number" || !(interval > 0)) return failure(-32602, "'interval' must be positive", id);
        this.#intervalUs = Math.round(Math.min(Math.max(interval, 100), 1_000_000));
        return answer(id);
      }
      case "Profiler.start":
        if (this.#session.startProfile(this.#intervalUs)) return answer(id);
        return failure(-32000, "Another front end records a profile of this isolate", id);
      default:
        return undefined;
    }
  }

  /** What V8 would do by signals, or at the guest's expense. @returns whether it was this */
  #record({ id, method }: Command): boolean {
    if (method === "HeapProfiler.takeHeapSnapshot") {
      this.#session.takeSnapshot(id);
      return true;
    }
    if (method !== "Profiler.stop") return false;
    if (!this.#session.endProfile(id)) this.message(failure(-32000, "No recording profiles found", id), () => {});
    return true;
  }

  #send(text: string, taken = (): void => {}): void {
    if (this.#closed) return taken();
    this.#sending++;
    this.#watch();
    this.#socket.send(text, () => {
      this.#sending--;
      this.#watch();
      taken();
    });
  }

  /** Whenever something leaves, the rest has its time anew. */
  #watch(): void {
    clearTimeout(this.#stall);
    this.#stall = undefined;
    if (this.#sending === 0 || this.#closed) return;
    this.#stall = setTimeout(() => this.#close(() => this.#socket.terminate()), stallMs);
    this.#stall.unref();
  }

  #close(closeSocket: () => void): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#stall);
    this.#session.close();
    closeSocket();
  }
}
