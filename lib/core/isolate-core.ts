/** What an Isolate does behind its public face: its life, and the way of the engine's records to its handlers. */
import { AT_ONCE_BYTES_MAX, Decoding, Encoding, decodePair, decodeValue, lastWeight } from "../codec/index.ts";
import type { EndReason, GuestError, SandboxError } from "../contract/errors.ts";
import {
  AbortError,
  DecodeError,
  EvaluationError,
  IsolateDestroyedError,
  RequestError,
  SandboxShutdownError,
  TerminatedError,
  isolateLabel,
} from "../contract/errors.ts";
import type { ConsoleEvent, SystemEvent, SystemEvents } from "../contract/events.ts";
import type { Modules } from "../contract/modules.ts";
import { ADVANCE, EXPOSE, MODULE } from "../contract/reserved-names.ts";
import { toConsoleEvent, toTextOnly } from "./console-event.ts";
import type { CallOptions, EvaluateOptions, ExecuteOptions, IsolateLimits } from "../contract/options.ts";
import { DEFAULT_LOCALE, DEFAULT_TIME_ZONE } from "../contract/options.ts";
import type { IsolateMetrics, IsolateState } from "../contract/metrics.ts";
import type { IsolateStats, ProcessOfIsolate } from "../contract/stats.ts";
import { ENCODING_JSON_UTF8, IsolateStat, PostKind, RecordType, Status } from "../engine/engine.ts";
import type { EngineSandbox, IsolateHandle } from "../engine/engine.ts";
import { Handles } from "../handles/handles.ts";
import { creationError } from "./creation-error.ts";
import { ExposedApis } from "./exposed-apis.ts";
import { Face } from "./face.ts";
import { GuestCalls } from "./guest-calls.ts";
import {
  toDestroyedEvent,
  toGuestError,
  toLastCounters,
  toMemoryPressureEvent,
  toReplyError,
  toTermination,
} from "./guest-json.ts";
import { HostBudget, keepBudget } from "./host-budget.ts";
import { GuestRequests } from "./guest-requests.ts";
import type { Handler } from "./listeners.ts";
import { Listeners } from "./listeners.ts";
import { Mailbox } from "./mailbox.ts";
import type { ModuleImports } from "./module-imports.ts";
import type { InspectorSessions } from "./inspector-sessions.ts";
import { inspectorSessions, moduleImports, sourceMaps, traces } from "./on-demand.ts";
import type { SourceMaps } from "../source-maps/source-maps.ts";
import type { Script } from "./script.ts";
import type { SharedModules } from "./shared-modules.ts";
import { toScript } from "./script.ts";
import { toIsolateStats } from "./stats.ts";
import type { Tally } from "./tally.ts";
import { throwLater } from "./throw-later.ts";
import { SOCKET_OPEN, UnservedSockets } from "./unserved-sockets.ts";

/** What an isolate tells its sandbox. */
export interface IsolateOwner {
  /** What is counted of its isolates. */
  readonly tally: Tally;
  /** It takes no more work. Once. */
  isolateClosed(): void;
  /** Its last event has been handled. Once. */
  isolateEnded(core: IsolateCore): void;
  /** It keeps the process alive from now on, or no longer. */
  referenceChanged(referenced: boolean): void;
}

/** The name under which console handlers are kept: a list of its own, so it cannot clash. */
const CONSOLE = "console";

/** Of requests so short it is looked at what they are for before they are refused. */
const SHORT_REQUEST_BYTES = 256;

/** What the host calls an isolate, and keeps with it. */
export interface Identity {
  readonly id: number;
  readonly name: string | undefined;
  readonly data: unknown;
  readonly trustGroup?: string | undefined;
  readonly shared?: SharedModules | undefined;
}

/**
 * One isolate's state.
 * @typeParam Isolate - its public face, of which it knows only that handlers are told of it
 */
export class IsolateCore<Isolate extends object = object> {
  readonly id: number;
  readonly name: string | undefined;
  readonly data: unknown;
  readonly trustGroup: string | undefined;
  /** How messages call it. */
  readonly label: string;
  /** Settles when the isolate can work, or never will. */
  readonly ready = Promise.withResolvers<void>();
  /** Resolves when the last event has been handled. */
  readonly ended = Promise.withResolvers<void>();
  readonly events: Listeners;
  readonly system: Listeners;
  readonly console: Listeners;
  readonly requests: GuestRequests;
  readonly #owner: IsolateOwner;
  readonly #engine: EngineSandbox;
  readonly #handle: IsolateHandle;
  readonly #budget: HostBudget;
  readonly #mailbox: Mailbox;
  readonly #calls: GuestCalls;
  readonly #face: Face<Isolate>;
  readonly #unservedSockets: UnservedSockets;
  readonly #handles: Handles;
  readonly #exposed: ExposedApis;
  readonly #messageBytesMax: number;
  readonly #shared: SharedModules | undefined;
  /** Whether its clock is the host's. */
  readonly isClockHosted: boolean;
  readonly #memoryMb: number;
  readonly #askedAt = performance.now();
  /** Of texts that the guest does not run as they were written; made with the first. */
  #maps: SourceMaps | undefined;
  readonly #toMaps = (): SourceMaps => (this.#maps ??= new (sourceMaps().SourceMaps)());
  /** Made when somebody debugs it. */
  #inspector: InspectorSessions | undefined;
  /** Made with the first import. */
  #imports: ModuleImports | undefined;
  readonly #counters = new Float64Array(IsolateStat.Count);
  #created = false;
  #referenced = true;
  /** Why it takes no more work; undefined while it does. */
  #closedBecause: EndReason | undefined;
  #terminated = false;
  #ended = false;
  /** The host ended it, and has its last counters: what becomes of it after that is not its work any more. */
  #counted = false;
  #sandboxDropped = false;
  #process: ProcessOfIsolate | undefined;
  #droppedOut = 0;
  #unheardErrors = 0;
  #malformed = 0;
  /** The message that is being decoded in slices. */
  #decoding: Decoding | undefined;

  /** @param toIsolate - makes its public face */
  constructor(
    owner: IsolateOwner,
    engine: EngineSandbox,
    handle: IsolateHandle,
    { id, name, data, trustGroup, shared }: Identity,
    limits: IsolateLimits,
    toIsolate: (core: IsolateCore) => Isolate,
  ) {
    this.id = id;
    this.name = name;
    this.data = data;
    this.trustGroup = trustGroup;
    this.#shared = shared;
    this.isClockHosted = limits.clock.kind === "host";
    this.label = isolateLabel(id, name);
    this.#owner = owner;
    this.#engine = engine;
    this.#handle = handle;
    this.#budget = new HostBudget(this.label, limits.hostBytesMax);
    this.#face = new Face(
      () => {
        const face = toIsolate(this);
        keepBudget(face, this.#budget);
        return face;
      },
      () => this.#endIfForgotten(),
    );
    const isolate = (): Isolate => this.isolate;
    this.events = new Listeners(isolate);
    this.system = new Listeners(isolate);
    this.console = new Listeners(isolate);
    this.#mailbox = new Mailbox(engine, handle, this.label, limits, this.#budget, () => {
      if (!this.closed && this.#unservedSockets.flush()) this.#emitSystem("drain", undefined);
    });
    const { timeZone, locale } = limits;
    if (timeZone !== DEFAULT_TIME_ZONE || locale !== DEFAULT_LOCALE)
      this.#mailbox.locale("createIsolate()", timeZone, locale);
    const ask = (method: string, data: unknown): Promise<unknown> => this.#askOwn("request()", method, data, {});
    this.#handles = new Handles(
      (doing, method, data, signal) => this.#askOwn(doing, method, data, { signal }),
      this.#budget,
    );
    this.#exposed = new ExposedApis(this.#handles);
    this.requests = new GuestRequests(isolate, this.#mailbox, this.#budget, ask, this.#handles, limits.messageBytesMax);
    this.#calls = new GuestCalls(isolate, name, (requestId) => engine.cancel(handle, requestId), owner.tally.wallMs);
    this.#messageBytesMax = limits.messageBytesMax;
    this.#memoryMb = limits.memoryMb;
    this.#unservedSockets = new UnservedSockets((event, data) => this.send(event, data));
  }

  /** Its public face. Handlers and calls that wait keep it; this does not. */
  get isolate(): Isolate {
    return this.#face.get();
  }

  /** Whether it has been made, and takes work. */
  get works(): boolean {
    return this.#created && !this.closed;
  }

  get closed(): boolean {
    return this.#closedBecause !== undefined;
  }

  get referenced(): boolean {
    return this.#referenced;
  }

  set referenced(referenced: boolean) {
    if (this.#ended || this.#referenced === referenced) return;
    this.#referenced = referenced;
    this.#owner.referenceChanged(referenced);
  }

  execute(text: string, options: ExecuteOptions): void {
    this.assertOpen("execute()");
    const script = this.#toScript(text, options, "execute");
    if ("guest" in script) queueMicrotask(() => this.#guestError("error", script.guest));
    else this.#mailbox.script("execute()", PostKind.Execute, script, 0);
  }

  /** @returns what the guest would say of a script that cannot be transpiled, instead of it */
  #toScript(text: string, options: ExecuteOptions, name: string): Script | { readonly guest: GuestError } {
    const script = toScript(text, options, name);
    if ("guest" in script) return script;
    if (script.written) this.#toMaps().set(script.filename, script.written);
    else this.#maps?.drop(script.filename);
    return script;
  }

  send(event: string, data: unknown): void {
    this.assertOpen("send()");
    this.#mailbox.pair("send()", PostKind.Message, event, data, 0);
  }

  /** @param args - names that are bound in the script, checked */
  evaluate(text: string, options: EvaluateOptions, args?: object): Promise<unknown> {
    this.assertOpen("evaluate()");
    const script = this.#toScript(text, options, "evaluate");
    if ("guest" in script) throw new EvaluationError(script.guest, "evaluate()");
    return this.#calls.start("evaluate()", options, (requestId) => {
      if (!args) this.#mailbox.script("evaluate()", PostKind.Evaluate, script, requestId);
      else this.#mailbox.scriptWith(args, "evaluate()", PostKind.Evaluate, script, requestId);
    });
  }

  /** What is compiled with the first script is compiled now. It is nobody's call. */
  warm(): void {
    const script = { filename: "warm.js", text: "0", lineOffset: 0, columnOffset: 0, isBody: false };
    const post = (requestId: number): unknown => this.#mailbox.script("warm()", PostKind.Evaluate, script, requestId);
    this.#calls.start("warm()", {}, post, true).catch(() => {});
  }

  request(method: string, data: unknown, options: CallOptions): Promise<unknown> {
    this.assertOpen("request()");
    return this.#calls.start(`request(${JSON.stringify(method)})`, options, (requestId) =>
      this.#mailbox.pair("request()", PostKind.Request, method, data, requestId),
    );
  }

  /** @throws also OptionError */
  import(entry: string, modules: Modules | undefined, options: CallOptions): Promise<object> {
    this.assertOpen("import()");
    this.#imports ??= this.#newImports();
    return this.#imports.start(entry, modules, options);
  }

  #newImports(): ModuleImports {
    const imports = new (moduleImports().ModuleImports)(
      (doing, method, data, options, started) => this.#ask(doing, method, data, options, started),
      () => this.isolate,
      this.#messageBytesMax || Infinity,
      this.#toMaps,
      this.#shared,
    );
    this.requests.handleOwn(MODULE, imports.answer);
    return imports;
  }

  /** Lets time go on, where it is the host's. */
  async advanceClock(milliseconds: number): Promise<void> {
    await this.#ask("advanceClock()", ADVANCE, milliseconds, {});
  }

  /** A request of the library's own that is nobody's call: a piece of a stream, for instance. @param doing - how errors name it */
  #askOwn(doing: string, method: string, data: unknown, options: CallOptions): Promise<unknown> {
    this.assertOpen(doing);
    const post = (requestId: number): unknown => this.#mailbox.pair(doing, PostKind.Request, method, data, requestId);
    return this.#calls.start(doing, options, post, true);
  }

  /** A call by a request of the library's own. @param doing - how errors name it. @param started - is told the request's number */
  #ask(
    doing: string,
    method: string,
    data: unknown,
    options: CallOptions,
    started?: (requestId: number) => void,
  ): Promise<unknown> {
    this.assertOpen(doing);
    return this.#calls.start(doing, options, (requestId) => {
      this.#mailbox.pair(doing, PostKind.Request, method, data, requestId);
      started?.(requestId);
    });
  }

  /** @throws also ArgumentError */
  expose(name: string, api: object): void {
    this.assertOpen("expose()");
    const { shape, handlers } = this.#exposed.describe(name, api);
    const taken = this.#askOwn("expose()", EXPOSE, [name, shape], {});
    this.#exposed.add(name);
    for (const [method, handler] of handlers) this.requests.handle(method, handler);
    // Only a guest that has a constant of that name refuses it. Its end is told to others.
    taken.catch((error: unknown) => {
      if (error instanceof RequestError) this.#guestError("error", error.guest);
    });
  }

  /** Who debugs it. */
  get inspector(): InspectorSessions {
    this.#inspector ??= new (inspectorSessions().InspectorSessions)((session, payload) => {
      this.#engine.post(this.#handle, PostKind.Inspect, ENCODING_JSON_UTF8, session, payload, payload.length);
    });
    return this.#inspector;
  }

  /** @returns the source map, JSON, of what runs under this name; undefined: it runs as it was written */
  sourceMapOf(file: string): string | undefined {
    return this.#maps?.toJson(file);
  }

  addConsole(handler: Handler): void {
    if (!this.console.has(CONSOLE) && !this.closed) this.#mailbox.console("onConsole()", true);
    this.console.add(CONSOLE, handler, false);
  }

  removeConsole(handler: Handler): void {
    if (!this.console.has(CONSOLE)) return;
    this.console.remove(CONSOLE, handler);
    if (!this.console.has(CONSOLE) && !this.closed) this.#mailbox.console("offConsole()", false);
  }

  stats(): IsolateStats {
    if (!this.closed) this.#sample();
    return toIsolateStats(this.#counters, {
      ...(this.name !== undefined && { name: this.name }),
      ...(this.#process && { process: this.#process }),
      hostBytes: this.#budget.used,
      droppedOut: this.#droppedOut,
      unheardErrors: this.#unheardErrors,
      malformed: this.#malformed,
      requestsPending: this.requests.pendingCount,
      callsPending: this.#calls.pendingCount,
    });
  }

  metrics(): IsolateMetrics {
    const stats = this.stats();
    const memoryMaxBytes = this.#memoryMb * 2 ** 20;
    const ageMs = performance.now() - this.#askedAt;
    return { id: this.id, state: this.#stateOf(stats), ageMs, memoryMaxBytes, ...stats };
  }

  #stateOf({ callsPending, requestsPending, mailboxBytes, outboundBytes }: IsolateStats): IsolateState {
    if (this.closed) return "ending";
    if (!this.#created) return "starting";
    return callsPending + requestsPending + mailboxBytes + outboundBytes > 0 ? "busy" : "idle";
  }

  /** The counters it has now, or ended with. */
  get used(): { readonly cpuMs: number; readonly memoryPeakBytes: number } {
    const at = (index: number): number => this.#counters[index] ?? 0;
    return { cpuMs: at(IsolateStat.CpuMs), memoryPeakBytes: at(IsolateStat.MemoryPeakBytes) };
  }

  /** Why it takes no more work. */
  get closedBecause(): EndReason | undefined {
    return this.#closedBecause;
  }

  /** Ends the isolate; the `destroyed` event follows. */
  destroy(): void {
    if (this.closed) return;
    this.#sampleLast();
    this.#engine.destroyIsolate(this.#handle);
    this.#close("destroyed");
  }

  /**
   * As `destroy`; the engine is told when the event loop has turned, as that wakes a thread which may take this one's processor:
   * whoever has what the isolate came to goes on first.
   */
  retire(): void {
    if (this.closed) return;
    this.#sampleLast();
    this.#close("destroyed");
    setImmediate(() => {
      if (!this.#ended) this.#engine.destroyIsolate(this.#handle);
    });
  }

  /** Nobody has its sandbox any more. */
  sandboxDropped(): void {
    this.#sandboxDropped = true;
    this.#endIfForgotten();
  }

  /** The sandbox shuts down, which ends the isolate; the `destroyed` event follows. */
  shutdown(): void {
    if (this.closed) return;
    this.#sampleLast();
    this.#close("shutdown", (doing) => new SandboxShutdownError(doing));
  }

  /** The engine is gone: if the isolate's end has not been told, it is told now. */
  finish(): void {
    if (!this.#ended) this.#end("shutdown");
  }

  assertOpen(doing: string): void {
    if (this.#closedBecause !== undefined) throw this.#destroyedError(this.#closedBecause, doing);
  }

  /** @returns whether it was taken, or is to come again because the time was up */
  record(
    type: number,
    encoding: Encoding,
    requestId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    deadline: number,
  ): boolean {
    if (type === RecordType.Inspect) {
      this.#inspector?.record(requestId, bytes, start, end);
      return true;
    }
    try {
      if (this.closed) {
        this.#decoding = undefined;
        this.#lastRecord(type, encoding, bytes, start, end);
      } else if (end - start > AT_ONCE_BYTES_MAX && encoding === Encoding.Wire) {
        if (type === RecordType.Request && !this.#decoding && !this.requests.admit(requestId, end - start)) return true;
        return this.#largeRecord(type, requestId, bytes, start, end, deadline);
      } else {
        this.#liveRecord(type, encoding, requestId, bytes, start, end);
      }
    } catch (error) {
      this.#decoding = undefined;
      const isLost = type !== RecordType.Console || !this.#consoleText(encoding, bytes, start, end, error);
      if (isLost) this.#malformedRecord(type, requestId, error);
    }
    return true;
  }

  /** A console call's arguments could not be read. @returns whether its text could */
  #consoleText(encoding: Encoding, bytes: Uint8Array, start: number, end: number, error: unknown): boolean {
    if (!(error instanceof DecodeError)) return false;
    try {
      this.console.emit(CONSOLE, this.#mappedConsole(toTextOnly(encoding, bytes, start, end)));
      return true;
    } catch {
      return false;
    }
  }

  #largeRecord(
    type: number,
    requestId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    deadline: number,
  ): boolean {
    const pair = type === RecordType.Message || type === RecordType.Request || type === RecordType.Console;
    const borrows = type === RecordType.Message ? this.events.borrows : undefined;
    this.#decoding ??= new Decoding(pair, bytes, start, end, borrows);
    const decoded = this.#decoding.proceed(deadline);
    if (!decoded) return false;
    const { weight } = this.#decoding;
    this.#decoding = undefined;
    if (!pair) this.#single(type, requestId, decoded.value);
    else this.#pair(type, requestId, decoded.value as [unknown, unknown], weight);
    return true;
  }

  /**
   * Two values, whose meaning the record's type says.
   *
   * @param weight - about what they take in memory, in bytes
   */
  #pair(type: number, requestId: number, [name, data]: readonly [unknown, unknown], weight: number): void {
    switch (type) {
      case RecordType.Message:
        if (!this.events.emit(asText(name), data)) this.#unheard(name, data);
        return;
      case RecordType.Request:
        // A few bytes may have become many objects.
        if (this.requests.takesLess(name, data) || this.requests.admit(requestId, weight)) {
          this.requests.dispatch(requestId, asText(name), data, weight);
        }
        return;
      case RecordType.Console:
        this.console.emit(CONSOLE, this.#mappedConsole(toConsoleEvent(name, data)));
    }
  }

  /** One value, whose meaning the record's type says. */
  #single(type: number, requestId: number, value: unknown): void {
    switch (type) {
      case RecordType.Reply:
        return this.#calls.resolve(requestId, value);
      case RecordType.ReplyError:
        return this.#replyError(requestId, value);
      case RecordType.Error:
        return this.#guestError("error", this.#mapped(toGuestError(value)));
      case RecordType.Rejection:
        return this.#guestError("unhandledrejection", this.#mapped(toGuestError(value)));
    }
  }

  /** With its face all handlers are gone, and all who wait: whatever the guest does, nobody would know. */
  #endIfForgotten(): void {
    if (this.#sandboxDropped && this.#face.isDropped) this.destroy();
  }

  #liveRecord(
    type: number,
    encoding: Encoding,
    requestId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    switch (type) {
      case RecordType.Message:
        return this.#pair(type, requestId, decodePair(encoding, bytes, start, end, this.events.borrows), 0);
      case RecordType.Request:
        if (end - start > SHORT_REQUEST_BYTES && !this.requests.admit(requestId, end - start)) return;
        return this.#pair(type, requestId, decodePair(encoding, bytes, start, end), lastWeight());
      case RecordType.Console:
        return this.#pair(type, requestId, decodePair(encoding, bytes, start, end), 0);
      case RecordType.Reply:
      case RecordType.ReplyError:
      case RecordType.Error:
      case RecordType.Rejection:
        return this.#single(type, requestId, decodeValue(encoding, bytes, start, end));
      case RecordType.RequestAborted:
        return this.requests.abort(requestId, new AbortError("the request", "given up by the guest"));
      case RecordType.Created:
        this.#created = true;
        return this.ready.resolve();
      case RecordType.MemoryPressure:
        this.#emitSystem("memory_pressure", toMemoryPressureEvent(decodeValue(encoding, bytes, start, end)));
        return;
      case RecordType.Writable:
        this.#mailbox.flush();
        return;
      default:
        this.#lastRecord(type, encoding, bytes, start, end);
    }
  }

  /** After its end only the end itself is told: handlers of a closed isolate would find that they cannot answer. */
  #lastRecord(type: number, encoding: Encoding, bytes: Uint8Array, start: number, end: number): void {
    switch (type) {
      case RecordType.Terminated: {
        if (this.#terminated || this.#ended) return;
        this.#terminated = true;
        const termination = toTermination(decodeValue(encoding, bytes, start, end));
        if (!this.closed) {
          this.#sample();
          this.#close(termination.reason, (doing) => {
            if (doing === "createIsolate()") return creationError(this.id, termination, this.name);
            return new TerminatedError(this.id, termination, doing, this.name);
          });
        }
        this.#emitSystem("terminated", termination);
        return;
      }
      case RecordType.Destroyed: {
        if (this.#ended) return;
        const last = decodeValue(encoding, bytes, start, end);
        if (!this.#counted) this.#counters.set(toLastCounters(last).slice(0, IsolateStat.Count));
        this.#end(toDestroyedEvent(last).reason);
        return;
      }
      case RecordType.Message:
        this.#droppedOut++;
        return;
      case RecordType.Error:
      case RecordType.Rejection:
        this.#unheardErrors++;
    }
  }

  #unheard(event: unknown, data: unknown): void {
    this.#droppedOut++;
    if (event === SOCKET_OPEN) this.#unservedSockets.refuse(data);
  }

  #replyError(requestId: number, value: unknown): void {
    const { terminated, ...reply } = toReplyError(value);
    const guest = this.#mapped(reply);
    this.#calls.reject(requestId, (doing) => {
      if (terminated) return new TerminatedError(this.id, terminated, doing, this.name);
      const isCode = doing === "evaluate()" || doing.startsWith("import(");
      return isCode ? new EvaluationError(guest, doing) : new RequestError(guest, doing);
    });
  }

  /** What a guest sent could not be read: whoever waits for it is told, and so is the host. */
  #malformedRecord(type: number, requestId: number, error: unknown): void {
    // Anything else is a fault of this library, not of the guest.
    if (!(error instanceof DecodeError)) return throwLater(error);
    this.#malformed++;
    if (this.closed) return;
    if (type === RecordType.Request) this.requests.refuse(requestId, error);
    if (type === RecordType.Reply || type === RecordType.ReplyError) this.#calls.reject(requestId, () => error);
    this.#guestError("error", { name: error.name, message: error.message, code: error.code });
  }

  /** An error with its places as the authors of the guest's code know them. */
  #mapped(error: GuestError): GuestError {
    return this.#maps?.any ? traces().mapError(error, this.#maps.find) : error;
  }

  #mappedConsole(event: ConsoleEvent): ConsoleEvent {
    const find = this.#maps?.any ? this.#maps.find : undefined;
    if (!find) return event;
    const { mapText, mapValue } = traces();
    for (const arg of event.args) mapValue(arg, find);
    return event.text === undefined ? event : { ...event, text: mapText(event.text, find) };
  }

  #guestError(type: "error" | "unhandledrejection", error: GuestError): void {
    if (!this.#emitSystem(type, error)) this.#unheardErrors++;
  }

  #emitSystem<Type extends SystemEvent>(type: Type, data: SystemEvents[Type]): boolean {
    return this.system.emit(type, data);
  }

  #close(
    reason: EndReason,
    toError: (doing: string) => SandboxError = (doing) => this.#destroyedError(reason, doing),
  ): void {
    this.#closedBecause = reason;
    this.#mailbox.close();
    this.#owner.isolateClosed();
    if (!this.#created) this.ready.reject(toError("createIsolate()"));
    this.#calls.close(toError);
    this.requests.close(this.#destroyedError(reason, "the request"));
  }

  #destroyedError(reason: EndReason, doing: string): IsolateDestroyedError {
    return new IsolateDestroyedError(this.id, reason, doing, this.name);
  }

  #end(reason: EndReason): void {
    if (!this.closed) this.#close(reason);
    this.#ended = true;
    this.#emitSystem("destroyed", { reason });
    this.#inspector?.end();
    this.events.clear();
    this.system.clear();
    this.console.clear();
    this.#owner.isolateEnded(this);
    this.ended.resolve();
  }

  /** Ended by a limit, its last record has the counters it ended with: the engine forgets those of the ended. */
  #sample(): boolean {
    const sample = new Float64Array(IsolateStat.Count);
    const known = this.#engine.isolateStats(this.#handle, sample) === Status.Ok;
    this.#process = this.#engine.isolateProcess?.(this.#handle) ?? this.#process;
    if (known) this.#counters.set(sample);
    return known;
  }

  /** Ended by the host, what it has used and done until now stays; what waits in its queues is dropped. */
  #sampleLast(): void {
    this.#counted = this.#sample();
    this.#counters[IsolateStat.MailboxBytes] = 0;
    this.#counters[IsolateStat.OutboundBytes] = 0;
  }
}

function asText(name: unknown): string {
  if (typeof name === "string") return name;
  throw new DecodeError(`A message's name must be a string, but is of type ${typeof name}.`);
}
