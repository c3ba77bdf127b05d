import type {
  ArgumentOf,
  DataOf,
  EventsOf,
  GivenArgsOf,
  MethodsOf,
  NameOf,
  Protocol,
  ResultOf,
  Untyped,
} from "../contract/events.ts";
import { ArgumentError } from "../contract/errors.ts";
import type { HostSide } from "../contract/exposed.ts";
import type { CpuProfile, CpuProfileOptions } from "../contract/inspect.ts";
import { resolveCpuProfileOptions } from "../contract/inspect.ts";
import type { Imported } from "../contract/modules.ts";
import type { CallOptions, EvaluateOptions, Exactly, ExecuteOptions, ImportOptions } from "../contract/options.ts";
import type { PlatformAbortSignal, PlatformByteStream } from "../contract/platform.ts";
import { show } from "../contract/show.ts";
import type { IsolateStats } from "../contract/stats.ts";
import type { IsolateCore } from "../core/isolate-core.ts";
import {
  checkAdvance,
  checkArgs,
  checkMethod,
  checkNoOptions,
  checkOptions,
  checkScriptOptions,
  checkString,
} from "./arguments.ts";
import { IsolateHandlers } from "./isolate-handlers.ts";
import { recordings } from "./recordings.ts";

/** An hour. */
const PROFILE_MS_MAX = 3_600_000;

/** @internal Makes an isolate's public face: only `sandbox.createIsolate()` does. */
export let toIsolate: (core: IsolateCore) => Isolate;

/** @internal Destroys an isolate whose work is done: whoever has the result goes on before the engine is told. */
export let retire: (isolate: Isolate) => void;

/** @internal Has an isolate's first script compiled, before anybody has one. */
export let warm: (isolate: Isolate) => void;

/**
 * One isolate: a JavaScript world of its own, made by {@link V8Sandbox.createIsolate}. What the host asks of it is done
 * in the order it was asked.
 *
 * Once {@link Isolate.destroyed} is true, `execute`, `send`, `evaluate` and `request` fail with IsolateDestroyedError.
 * Until then they are accepted; if the isolate is ending without the host knowing it yet, `execute` and `send` are
 * dropped, and the promises of `evaluate` and `request` reject when its end becomes known.
 *
 * @typeParam P - what host and guest say to each other, see {@link Protocol}; untyped if left out
 * @example
 * ```ts
 * const worker = await sandbox.createIsolate();
 * worker.on("result", (data) => console.log("Worker result:", data));
 * worker.execute(`NETWORK.on("compute", ({ x, y }) => NETWORK.send("result", { answer: x + y }))`);
 * worker.send("compute", { x: 5, y: 3 });
 * ```
 */
export class Isolate<P extends Protocol = Protocol>
  extends IsolateHandlers<P, EventContext, RequestContext, CallContext>
  implements Disposable, AsyncDisposable
{
  readonly #core: IsolateCore;

  private constructor(core: IsolateCore) {
    super(core);
    this.#core = core;
  }

  static {
    toIsolate = (core) => new Isolate(core);
    retire = (isolate) => isolate.#core.retire();
    warm = (isolate) => isolate.#core.warm();
  }

  /** Number of this isolate in its sandbox, from 0. Never used again. */
  get id(): number {
    return this.#core.id;
  }

  /** What it was called when it was created; undefined if it was not. */
  get name(): string | undefined {
    return this.#core.name;
  }

  /** The `data` it was created with: the host's own, which the guest does not see. */
  get data(): DataOf<P> {
    return this.#core.data as DataOf<P>;
  }

  /** Whether the isolate has ended, or is known to be ending: after `destroy()`, `shutdown()` or `terminated`. */
  get destroyed(): boolean {
    return this.#core.closed;
  }

  /**
   * Runs a script, without waiting for it. Top-level `await` is allowed. What it throws arrives as
   * `onSystem("error")`.
   *
   * @typeParam Options - the type of the options
   * @param script - the program's text
   * @param options - its file name in stacks
   * @throws ArgumentError if the script is not a string
   * @throws OptionError if an option is unknown or of the wrong type
   * @throws IsolateDestroyedError, BackpressureError, MessageTooLargeError
   * @example
   * ```ts
   * worker.execute(`NETWORK.send("hello", { from: "guest" })`, { filename: "hello.js" });
   * ```
   */
  execute<Options extends Exactly<Options, ExecuteOptions> = ExecuteOptions>(
    script: string,
    options = {} as Options,
  ): void {
    checkString(script, "execute()", "the script");
    checkOptions(options, "execute()");
    checkScriptOptions(options, "execute()");
    this.#core.execute(script, options);
  }

  /**
   * Sends a message to the guest's `NETWORK.on(event)` handlers. If it has none by the time the message is delivered,
   * the message is dropped and counted in `stats().droppedIn`.
   *
   * @param event - the event's name
   * @param data - anything structured clone can copy
   * @throws ArgumentError if the event is not a string
   * @throws DataCloneError if the data holds a function, a symbol or the like
   * @throws IsolateDestroyedError, BackpressureError, MessageTooLargeError
   * @example
   * ```ts
   * worker.send("custom-event", { message: "Hello worker!", at: new Date() });
   * ```
   */
  send<E extends NameOf<EventsOf<P, "toGuest">>>(
    event: E,
    ...data: undefined extends EventsOf<P, "toGuest">[E]
      ? [data?: EventsOf<P, "toGuest">[E]]
      : [data: EventsOf<P, "toGuest">[E]]
  ): void {
    checkString(event, "send()", "the event");
    if (data.length > 1) checkNoOptions((data as readonly unknown[])[1], "send()");
    this.#core.send(event, data[0]);
  }

  /**
   * Runs a script and waits for its value: that of its last expression, awaited. Top-level `await` is allowed. If nobody
   * handles the promise's rejection, that is an unhandled rejection of the host, as with any promise.
   *
   * @typeParam T - the value's type, not checked at run time
   * @typeParam Options - the type of the options
   * @param script - the program's text
   * @param options - names to bind, file name, signal and timeout; the last two end the script's turn, not the isolate
   * @returns the value, copied
   * @throws EvaluationError if the guest threw: its `guest` has name, message, stack, file, line and column
   * @throws TimeoutError, AbortError, TerminatedError, IsolateDestroyedError, SandboxShutdownError
   * @throws DataCloneError if an argument holds a function, a symbol or the like
   * @throws ArgumentError, OptionError, BackpressureError, MessageTooLargeError
   * @example
   * ```ts
   * const answer = await worker.evaluate<number>("6 * 7", { timeoutMs: 1000 });
   * const total = await worker.evaluate("prices.reduce((sum, price) => sum + price, 0)", { args: { prices: [3, 5] } });
   * ```
   */
  evaluate<
    T = Untyped,
    Options extends Exactly<Options, EvaluateOptions<GivenArgsOf<P>>> = EvaluateOptions<GivenArgsOf<P>>,
  >(script: string, options = {} as Options): Promise<T> {
    return promise(() => {
      checkString(script, "evaluate()", "the script");
      checkOptions(options, "evaluate()");
      checkScriptOptions(options, "evaluate()");
      return this.#core.evaluate(script, options, checkArgs(options.args, "evaluate()"));
    });
  }

  /**
   * Imports an ES module, with all that it imports, and waits until it has run. A module of one name is loaded once for an
   * isolate: who imports it again gets the same. Modules have `import()`, `import.meta.url`, top-level await, and import JSON
   * and text by `with { type: "json" }` and `with { type: "text" }`; TypeScript and JSX are known by their extensions.
   *
   * Names are paths below the root (`"./lib/a.ts"`), bare names (`"lodash"`) or URLs. In guests' stacks and `import.meta.url`
   * they are URLs: `file:///lib/a.ts`, `package:///lodash`.
   *
   * @typeParam Module - the module's type, as in `typeof import("./guest")`; not checked at run time
   * @typeParam Options - the type of the options
   * @param entry - the module's name
   * @param options - where modules are found, signal and timeout
   * @returns its exports: functions to be called, the rest as it was when the module had run, copied. One that is called
   * `then` is left out
   * @throws EvaluationError if a module threw, or cannot be parsed or linked: its `guest` has file, line and column
   * @throws ModuleNotFoundError, ModuleSourceError
   * @throws TimeoutError, AbortError, TerminatedError, IsolateDestroyedError, SandboxShutdownError
   * @throws ArgumentError, OptionError, BackpressureError, MessageTooLargeError
   * @example
   * ```ts
   * const { handler } = await worker.import<typeof import("./guest.ts")>("./guest.ts", {
   *   modules: { "./guest.ts": `export const handler = (name: string) => "Hello " + name` },
   * });
   * console.log(await handler("world"));
   * ```
   */
  import<Module = Untyped, Options extends Exactly<Options, ImportOptions> = ImportOptions>(
    entry: string,
    options = {} as Options,
  ): Promise<Imported<Module>> {
    return promise(() => {
      checkString(entry, "import()", "the entry");
      checkOptions(options, "import()");
      return this.#core.import(entry, options.modules, options);
    });
  }

  /**
   * Asks the guest, which answers with its `NETWORK.onRequest(method, handler)`. The methods `__advance`, `__fetch`, `__expose`,
   * `__import`, `__module`, `__module.call`, `__body.read`, `__body.cancel`, `__body.collect` and those that begin with
   * `__handle.` are the library's own.
   *
   * @typeParam T - the answer's type, where the protocol says nothing of it
   * @typeParam M - the method
   * @typeParam Options - the type of the options
   * @param method - the method's name
   * @param data - anything structured clone can copy
   * @param options - signal and timeout
   * @returns the guest's answer, copied
   * @throws RequestError if the guest's handler threw, or there is none
   * @throws TimeoutError, AbortError, TerminatedError, IsolateDestroyedError, SandboxShutdownError
   * @throws ArgumentError, OptionError, DataCloneError, BackpressureError, MessageTooLargeError
   * @example
   * ```ts
   * const html = await worker.request("render", { markdown: "# Hello" }, { timeoutMs: 1000 });
   * ```
   */
  request<
    T = never,
    M extends NameOf<MethodsOf<P, "guestMethods">> = NameOf<MethodsOf<P, "guestMethods">>,
    Options extends Exactly<Options, CallOptions> = CallOptions,
  >(
    method: M,
    data?: ArgumentOf<MethodsOf<P, "guestMethods">[M]>,
    options = {} as Options,
  ): Promise<[T] extends [never] ? ResultOf<MethodsOf<P, "guestMethods">[M]> : NoInfer<T>> {
    return promise(() => {
      checkMethod(method, "request()");
      checkOptions(options, "request()");
      return this.#core.request(method, data, options);
    });
  }

  /**
   * Lets time go on in an isolate whose `clock` is the host's, and runs the timers that are due by then, one after another, each
   * when its time has come.
   *
   * @param milliseconds - how much, from where earlier calls have let it go on to
   * @returns when all of them have run
   * @throws ArgumentError if the clock is not the host's, or time cannot go on so
   * @throws TerminatedError, IsolateDestroyedError, SandboxShutdownError, BackpressureError
   * @example
   * ```ts
   * const worker = await sandbox.createIsolate({ clock: { now: 0 } });
   * const slept = worker.evaluate("await new Promise((resolve) => setTimeout(resolve, 60_000)); Date.now()");
   * await worker.advanceClock(60_000);
   * console.log(await slept); // 60000
   * ```
   */
  async advanceClock(milliseconds: number): Promise<void> {
    checkAdvance(milliseconds, this.#core.isClockHosted);
    return this.#core.advanceClock(milliseconds);
  }

  /**
   * What the isolate has used and done until now: when `evaluate` resolves, that evaluation included. From `destroy()`
   * on: the numbers of that moment; after a limit ended it: the numbers it ended with.
   *
   * @returns counters, in the units of their names
   * @example
   * ```ts
   * const { cpuMs, heapUsedBytes } = worker.stats();
   * ```
   */
  stats(): IsolateStats {
    return this.#core.stats();
  }

  /**
   * Records which functions of the guest's take its time. Looks at its stack whenever it runs; what it costs is not charged to it.
   *
   * @typeParam Options - the type of the options
   * @param ms - for how long, in milliseconds, 0 to 3,600,000
   * @param options - how often it looks
   * @returns the profile, which Chrome's DevTools load: save it as JSON in a file `….cpuprofile`
   * @throws ArgumentError, OptionError if an argument is out of its range
   * @throws InspectorError if a profile of this isolate is being recorded already
   * @throws IsolateDestroyedError also if the isolate ends meanwhile
   * @example
   * ```ts
   * await Bun.write("guest.cpuprofile", JSON.stringify(await worker.cpuProfile(1000)));
   * ```
   */
  cpuProfile<Options extends Exactly<Options, CpuProfileOptions> = CpuProfileOptions>(
    ms: number,
    options = {} as Options,
  ): Promise<CpuProfile> {
    return promise(() => {
      if (typeof ms !== "number" || !(ms >= 0 && ms <= PROFILE_MS_MAX)) {
        throw new ArgumentError(`cpuProfile(): the time must be 0 to ${PROFILE_MS_MAX} ms, but is ${show(ms)}.`);
      }
      const intervalUs = resolveCpuProfileOptions(options);
      return recordings().cpuProfile(this.#core, ms, intervalUs);
    });
  }

  /**
   * Describes every object of the guest's heap. The guest does nothing meanwhile, and waits for whoever reads: read it to its end,
   * or cancel it. It takes several times the heap's memory, which is charged to the isolate but for which its limit is raised.
   *
   * @returns the snapshot's bytes, JSON, which Chrome's DevTools load from a file `….heapsnapshot`. Reading fails with
   * IsolateDestroyedError if the isolate ends meanwhile
   * @throws IsolateDestroyedError
   * @example
   * ```ts
   * await Bun.write("guest.heapsnapshot", new Response(worker.heapSnapshot()));
   * ```
   */
  heapSnapshot(): PlatformByteStream {
    return recordings().heapSnapshot(this.#core);
  }

  /**
   * Lets the isolate keep the process alive again, which it does from the start until its end.
   *
   * @returns the isolate
   * @example
   * ```ts
   * worker.ref();
   * ```
   */
  ref(): this {
    this.#core.referenced = true;
    return this;
  }

  /**
   * Lets the process exit although the isolate lives. Promises that wait for it do not keep the process alive then.
   *
   * @returns the isolate
   * @example
   * ```ts
   * const background = (await sandbox.createIsolate()).unref();
   * ```
   */
  unref(): this {
    this.#core.referenced = false;
    return this;
  }

  /**
   * Ends the isolate, whatever it is doing. Calls under way reject with IsolateDestroyedError; messages it sent and the
   * host has not handled yet are dropped; `onSystem("destroyed")` follows. A second call does nothing.
   *
   * @example
   * ```ts
   * worker.destroy();
   * ```
   */
  destroy(): void {
    this.#core.destroy();
  }

  /**
   * @returns how messages call the isolate
   * @example
   * ```ts
   * console.log(String(worker)); // Isolate #0, or Isolate #0 "tenant 7" if that is its name
   * ```
   */
  override toString(): string {
    return this.#core.label;
  }

  /** As {@link Isolate.destroy}, for `using`. */
  [Symbol.dispose](): void {
    this.#core.destroy();
  }

  /** Destroys the isolate and waits until its `destroyed` event has been handled, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#core.destroy();
    await this.#core.ended.promise;
  }
}

/** Second argument of event handlers. */
export interface EventContext {
  /** The isolate the event came from. */
  readonly isolate: Isolate;
  /** The event's name. */
  readonly event: string;
}

/**
 * Handles an event. What it throws is the host's own uncaught exception; it does not disturb other handlers.
 * @typeParam Data - the event's data
 */
export type EventHandler<Data = Untyped> = (data: Data, context: EventContext) => void;

/** Second argument of request handlers. */
export interface RequestContext {
  /** The isolate that asks. */
  readonly isolate: Isolate;
  /** The method it asks for. */
  readonly method: string;
  /** Aborted when nobody waits for the answer any more: the guest gave the request up, or its isolate ended. */
  readonly signal: PlatformAbortSignal;
}

/**
 * Answers a guest's request with what it returns, or with the error it throws.
 * @typeParam Data - the request's data
 * @typeParam Result - the answer
 */
export type RequestHandler<Data = Untyped, Result = Untyped> = (
  data: Data,
  context: RequestContext,
) => Result | Promise<Result>;

/** Last argument of exposed functions. */
export interface CallContext {
  /** The isolate that calls. */
  readonly isolate: Isolate;
  /** What it calls: `"tools.db.get"`. */
  readonly name: string;
  /** Aborted when nobody waits for the answer any more: the guest gave the call up, or its isolate ended. */
  readonly signal: PlatformAbortSignal;
}

/**
 * What the host gives to `expose`: the functions of an API, each with a context behind its arguments.
 * @typeParam Api - the API as it is called, without contexts: a member of a protocol's `exposed`
 */
export type HostApi<Api = Untyped> = HostSide<Api, CallContext>;

/** Runs a call that may throw at once, so that it rejects instead. */
function promise<T>(call: () => Promise<unknown>): Promise<T> {
  try {
    return call() as Promise<T>;
  } catch (error) {
    return Promise.reject(error);
  }
}
