/** What crosses between one guest and its host as numbers. */
import { ArgumentError, DataCloneError } from "../contract/errors.ts";
import { formatPath } from "../contract/path.ts";
import { HANDLE_CALL, HANDLE_END, HANDLE_NEXT } from "../contract/reserved-names.ts";
import type { Apart, Path } from "./crossing.ts";
import { idsOf, Kind, putTogether, takeApart } from "./crossing.ts";
import { GuestIterator, toStream } from "./guest-sources.ts";
import type { GuestSource } from "./guest-sources.ts";
import type { HandleBudget } from "./host-sources.ts";
import { endUnsent, HostSources } from "./host-sources.ts";
import type { Step } from "./steps.ts";
import { toAsk } from "./steps.ts";

/**
 * Asks the guest.
 * @param doing - how errors name it
 * @throws DataCloneError at once if the data cannot be sent, and what else keeps it from being sent
 */
type Ask = (doing: string, method: string, data: unknown, signal?: AbortSignal) => Promise<unknown>;

/** Nobody writes so many arguments; a list that claims to be longer may be of next to no bytes. */
const ARGUMENTS_MAX = 10_000;

/** What a function or stream of a guest's takes here. */
const HANDLE_BYTES = 1024;

/** Those of one isolate. */
export class Handles {
  readonly #ask: Ask;
  readonly #budget: HandleBudget;
  readonly #sources: HostSources;
  /** Those of the guest's that it keeps for the host. */
  readonly #kept = new Set<number>();
  /** Tells the guest of those that nobody here has any more. Made with the first: most guests have none. */
  #dropped: FinalizationRegistry<number> | undefined;
  #closed = false;

  constructor(ask: Ask, budget: HandleBudget) {
    this.#ask = ask;
    this.#budget = budget;
    this.#sources = new HostSources(budget);
  }

  /**
   * The arguments of a guest's call, as its platform sends them: a list, or a list with what is in it.
   * @throws ArgumentError, LimitError
   */
  argumentsOf(data: unknown, name: string): unknown[] {
    const args = isApart(data) ? this.#put(data.value, data.handles, name) : data;
    // A guest may send such a request itself.
    if (Array.isArray(args) && args.length <= ARGUMENTS_MAX) return [...(args as unknown[])];
    throw new ArgumentError(`${name}(): the arguments are no list of at most ${ARGUMENTS_MAX}.`);
  }

  /**
   * What is sent for an answer to a guest that cannot be cloned.
   *
   * @param requestId - what it answers
   * @returns undefined if there is nothing in it that can cross
   * @throws LimitError; TypeError for a stream that somebody reads
   */
  takeApart(value: unknown, requestId: number): Apart | undefined {
    const offered: number[] = [];
    try {
      return takeApart(value, (object) => {
        const sent = this.#sources.offer(object, requestId);
        if (sent) offered.push(sent[1]);
        return sent;
      });
    } catch (error) {
      for (const id of offered) this.#sources.end(id, error);
      this.discard(value, error);
      throw error;
    }
  }

  /** What was taken apart will not be sent. */
  drop({ handles }: Apart, reason: unknown): void {
    for (const [, id] of handles) this.#sources.end(id, reason);
  }

  /** An answer that nobody waits for: its streams end. */
  discard(value: unknown, reason: unknown): void {
    takeApart(value, (object) => void endUnsent(object, reason));
  }

  /** Whether a request of the guest's gives up, or takes, what is kept already. */
  mayAnswer(method: unknown, data: unknown): boolean {
    return (method === HANDLE_NEXT || method === HANDLE_END) && this.#sources.has(data);
  }

  /** Answers HANDLE_NEXT and HANDLE_END of the guest. */
  async answer(method: string, id: unknown): Promise<unknown> {
    if (method === HANDLE_NEXT) return this.#sources.next(id);
    this.end(id, undefined);
    return null;
  }

  /** Nobody will read a stream of the host's on. */
  end(id: unknown, reason: unknown): void {
    this.#sources.end(id, reason);
  }

  /** The guest gave the request up whose answer told of them. */
  abandon(requestId: number, reason: unknown): void {
    this.#sources.abandon(requestId, reason);
  }

  /** The isolate has ended. */
  close(reason: unknown): void {
    this.#closed = true;
    this.#sources.close(reason);
    this.#budget.release(this.#kept.size * HANDLE_BYTES);
    this.#kept.clear();
  }

  #put(value: unknown, handles: unknown, name: string): unknown {
    const made: number[] = [];
    try {
      return putTogether(value, handles, (kind, id, path) => {
        this.#keep(id);
        made.push(id);
        return this.#make(kind, id, nameOf(name, path));
      });
    } catch (error) {
      for (const id of made) this.#forget(id);
      // All of them, in one message: what was not looked at is kept by the guest, too.
      this.#tellEnd(idsOf(handles).filter((id) => !this.#kept.has(id)));
      throw error;
    }
  }

  #keep(id: number): void {
    if (this.#kept.has(id)) throw new ArgumentError("The guest sent a number twice.");
    if (!this.#budget.take(HANDLE_BYTES)) throw this.#budget.refusal("a function or stream of the guest's");
    this.#kept.add(id);
  }

  #make(kind: Kind, id: number, name: string): object {
    if (kind === Kind.Function) return this.#track(this.#toFunction(id, name), id);
    const source = this.#toSource(id, name);
    return this.#track(kind === Kind.Stream ? toStream(source) : new GuestIterator(source), id);
  }

  #toSource(id: number, name: string): GuestSource {
    const isGone = (): boolean => this.#closed;
    return {
      step: (step, value) => this.#step(id, name, step, value),
      end: () => this.#end(id),
      get isGone(): boolean {
        return isGone();
      },
    };
  }

  #toFunction(id: number, name: string): object {
    const call = (...args: unknown[]): Promise<unknown> => this.#call(id, name, args);
    const dispose = (): void => this.#end(id);
    return Object.defineProperties(call, { name: { value: name }, [Symbol.dispose]: { value: dispose } });
  }

  async #call(id: number, name: string, args: unknown[]): Promise<unknown> {
    const doing = `${name}()`;
    if (!this.#closed && !this.#kept.has(id)) throw new ArgumentError(`${doing}: it has been disposed of.`);
    const signal = args.at(-1) instanceof AbortSignal ? (args.pop() as AbortSignal) : undefined;
    return this.#toAnswer(await this.#send(doing, id, args, signal), name);
  }

  #send(doing: string, id: number, args: unknown[], signal: AbortSignal | undefined): Promise<unknown> {
    try {
      return this.#ask(doing, HANDLE_CALL, [id, args], signal);
    } catch (error) {
      const apart = error instanceof DataCloneError ? this.takeApart(args, 0) : undefined;
      if (!apart) throw error;
      try {
        return this.#ask(doing, HANDLE_CALL, [id, apart], signal);
      } catch (failure) {
        this.drop(apart, failure);
        throw failure;
      }
    }
  }

  /** The guest's platform answers with a list of the value, or of that and what is in it. */
  #toAnswer(answer: unknown, name: string): unknown {
    if (!Array.isArray(answer)) throw new ArgumentError(`${name}(): the guest's answer is not its platform's.`);
    return answer.length > 1 ? this.#put(answer[0], answer[1], name) : answer[0];
  }

  async #step(id: number, name: string, step: Step, given: unknown): Promise<IteratorResult<unknown, unknown>> {
    try {
      const answer = await this.#ask(name, HANDLE_NEXT, toAsk(id, step, given));
      const { done, value } = (answer ?? {}) as { done?: unknown; value?: unknown };
      if (done === false) return { done, value };
      this.#forget(id);
      return { done: true, value };
    } catch (error) {
      this.#end(id);
      throw error;
    }
  }

  #end(id: number): void {
    if (this.#forget(id)) this.#tellEnd([id]);
  }

  /** The guest need not keep them any more. */
  #tellEnd(ids: readonly number[]): void {
    if (this.#closed || ids.length === 0) return;
    try {
      this.#ask("dispose()", HANDLE_END, ids).catch(() => {});
    } catch {
      // The isolate is ending, or has no room: then it is kept until the isolate's end.
    }
  }

  #forget(id: number): boolean {
    const known = this.#kept.delete(id);
    if (known) this.#budget.release(HANDLE_BYTES);
    return known;
  }

  #track(object: object, id: number): object {
    this.#dropped ??= new FinalizationRegistry((dropped) => this.#end(dropped));
    this.#dropped.register(object, id);
    return object;
  }
}

/** What the guest's platform sends for a value that has something in it; its own values are lists. */
function isApart(data: unknown): data is Apart {
  return typeof data === "object" && data !== null && Object.hasOwn(data, "handles") && Object.hasOwn(data, "value");
}

/** "tools.watch args[0].onEvent" */
function nameOf(name: string, path: Path): string {
  const steps = path.map((step) => (/^\d{1,9}$/.test(String(step)) ? Number(step) : step));
  return formatPath(`${name} args`, steps, steps.length);
}
