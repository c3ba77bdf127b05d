/**
 * DOM: aborting ongoing activities. https://dom.spec.whatwg.org/#aborting-ongoing-activities
 */
import { AbortState, provideAbortStateOf } from "./abort-state.ts";
import { Op } from "../core/engine.ts";
import { DOMException } from "../errors/dom-exception.ts";
import { defineEventHandler } from "./event-handlers.ts";
import { EventTarget, dispatchTrusted, stateOfTarget } from "./event-target.ts";
import { Event } from "./events.ts";
import { type Listener, ListenerList } from "../core/listener-list.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import { NativeTypeError, newList } from "../core/primordials.ts";
import type { Timer } from "../timing/timer-heap.ts";
import { TimerRoom, startInternalTimer, stopInternalTimer } from "../timing/timers.ts";
import { executing, requireArguments, toEnforcedUnsignedLongLong, toObjectSequence } from "../webidl/converters.ts";
import { internalConstruction, publishInterface, requireInternal } from "../webidl/interfaces.ts";

let lastSequence = 0;

/** https://dom.spec.whatwg.org/#abortsignal-signal-abort */
export let signalAbort: (signal: AbortSignal, reason: unknown) => void;
/** https://dom.spec.whatwg.org/#create-a-dependent-abort-signal, of one source. */
export let createDependentSignal: (source: AbortSignal) => AbortSignal;

/**
 * https://dom.spec.whatwg.org/#abortsignal
 *
 * The standard's sets of source and dependent signals are weak, and a signal lives for its sources' sake only while somebody
 * waits for it: it has listeners or algorithms. Then, and only then, its sources know it here. Otherwise it looks at its
 * sources, or at the clock, when somebody looks at it. So nothing has to be collected from a long-lived signal.
 */
export class AbortSignal extends EventTarget {
  readonly #state = new AbortState();
  /** https://dom.spec.whatwg.org/#abortsignal-source-signals; null: this is no dependent signal. */
  #sources: AbortSignal[] | null = null;
  /** Its places among the dependents of its sources, while it is known to them. */
  #places: Listener<AbortSignal>[] | null = null;
  /** https://dom.spec.whatwg.org/#abortsignal-dependent-signals, those that somebody waits for. */
  #dependents: ListenerList<AbortSignal> | null = null;
  /** Of dependent signals: which was made first. */
  #sequence = 0;
  /** Of AbortSignal.timeout(). */
  #timeout: Timeout | null = null;
  /** When it was aborted, in milliseconds of `Now`. */
  #abortedAt = 0;

  static {
    provideAbortStateOf((value) =>
      typeof value === "object" && value !== null && #state in value ? value.#state : undefined,
    );

    createDependentSignal = (source) => {
      const signals = newList<AbortSignal>();
      signals[0] = source;
      return AbortSignal.#createDependent(signals);
    };

    signalAbort = (signal, reason): void => {
      if (signal.#state.aborted) return;
      const affected = newList<AbortSignal>();
      affected[0] = signal;
      signal.#markAborted(reason, op(Op.Now));
      const dependents = signal.#dependents;
      signal.#dependents = null;
      for (let entry = dependents?.first ?? null; entry !== null; entry = entry.next) {
        // One of its other sources may have been aborted while nobody waited for that.
        if (entry.removed || entry.value.#state.marked) continue;
        entry.value.#markAborted(signal.#state.reason, signal.#abortedAt);
        // In the order of their creation, whichever was waited for first.
        let at = affected.length;
        for (; at > 1 && affected[at - 1]!.#sequence > entry.value.#sequence; at--) affected[at] = affected[at - 1]!;
        affected[at] = entry.value;
      }
      // https://dom.spec.whatwg.org/#run-the-abort-steps, of each
      for (let index = 0; index < affected.length; index++) {
        const one = affected[index]!;
        one.#state.runAlgorithms();
        dispatchTrusted(new Event("abort"), one);
      }
    };
  }

  constructor() {
    requireInternal(arguments[0]);
    super();
  }

  /** https://dom.spec.whatwg.org/#dom-abortsignal-abort */
  static abort(reason: unknown = undefined): AbortSignal {
    const signal = createSignal();
    signal.#markAborted(reason, op(Op.Now));
    return signal;
  }

  /** https://dom.spec.whatwg.org/#dom-abortsignal-timeout */
  static timeout(milliseconds: unknown): AbortSignal {
    const context = executing("timeout", "AbortSignal");
    requireArguments(arguments.length, 1, context);
    const delay = toEnforcedUnsignedLongLong(milliseconds, context);
    const signal = createSignal();
    signal.#timeout = new Timeout(context, delay, signal);
    signal.#own();
    return signal;
  }

  /** https://dom.spec.whatwg.org/#dom-abortsignal-any */
  static any(signals: unknown): AbortSignal {
    const context = executing("any", "AbortSignal");
    requireArguments(arguments.length, 1, context);
    const sources = toObjectSequence(signals, context);
    for (let index = 0; index < sources.length; index++) {
      if (!(#state in sources[index]!)) {
        throw new NativeTypeError(`${context}: An element of the sequence is not of type 'AbortSignal'.`);
      }
    }
    return AbortSignal.#createDependent(sources as AbortSignal[]);
  }

  get aborted(): boolean {
    return this.#state.aborted;
  }

  get reason(): unknown {
    return this.#state.reason;
  }

  /** https://dom.spec.whatwg.org/#dom-abortsignal-throwifaborted */
  throwIfAborted(): void {
    if (this.#state.aborted) throw this.#state.reason;
  }

  #markAborted(reason: unknown, time: number): void {
    this.#state.mark(reason === undefined ? new DOMException("The operation was aborted.", "AbortError") : reason);
    this.#abortedAt = time;
    this.#state.owner = undefined;
    stateOfTarget(this).watcher = undefined;
    this.#leave();
    this.#sources = null;
    this.#timeout?.end();
    this.#timeout = null;
  }

  /** https://dom.spec.whatwg.org/#create-a-dependent-abort-signal */
  static #createDependent(signals: readonly AbortSignal[]): AbortSignal {
    const result = createSignal();
    for (let index = 0; index < signals.length; index++) {
      const { aborted, reason } = signals[index]!.#state;
      if (!aborted) continue;
      result.#markAborted(reason, signals[index]!.#abortedAt);
      return result;
    }
    const sources = newList<AbortSignal>();
    for (let index = 0; index < signals.length; index++) {
      const signal = signals[index]!;
      if (signal.#sources === null) include(sources, signal);
      else for (let source = 0; source < signal.#sources.length; source++) include(sources, signal.#sources[source]!);
    }
    result.#sources = sources;
    result.#sequence = ++lastSequence;
    result.#own();
    return result;
  }

  #own(): void {
    this.#state.owner = {
      look: () => this.#look(),
      watch: () => this.#watch(),
    };
    stateOfTarget(this).watcher = () => this.#watch();
  }

  /** Whether somebody waits for it. */
  get #isAwaited(): boolean {
    const dependents = this.#dependents;
    return (
      this.#state.hasAlgorithms ||
      (dependents !== null && dependents.first !== null) ||
      stateOfTarget(this).hasListeners("abort")
    );
  }

  /** It may have been aborted while nobody waited for it. */
  #look(): void {
    const timeout = this.#timeout;
    if (timeout !== null && timeout.hasPassed) return this.#markAborted(timeout.reason(), timeout.deadline);
    const sources = this.#sources;
    if (sources === null) return;
    let first: AbortSignal | undefined;
    for (let index = 0; index < sources.length; index++) {
      const source = sources[index]!;
      if (source.#state.aborted && (first === undefined || source.#abortedAt < first.#abortedAt)) first = source;
    }
    if (first !== undefined) this.#markAborted(first.#state.reason, first.#abortedAt);
  }

  /** Somebody may have begun to wait for it, or ceased to. */
  #watch(): void {
    if (this.#state.marked) return;
    const isAwaited = this.#isAwaited;
    if (isAwaited) this.#timeout?.arm(() => signalAbort(this, this.#timeout!.reason()));
    else this.#timeout?.disarm();
    if (!isAwaited) return this.#leave();
    const sources = this.#sources;
    if (sources === null || this.#places !== null) return;
    const places = newList<Listener<AbortSignal>>();
    this.#places = places;
    for (let index = 0; index < sources.length; index++) {
      const source = sources[index]!;
      const dependents = (source.#dependents ??= new ListenerList<AbortSignal>());
      places[index] = dependents.append(this);
      source.#watch();
    }
  }

  /** Its sources forget it. */
  #leave(): void {
    const places = this.#places;
    if (places === null) return;
    this.#places = null;
    for (let index = 0; index < places.length; index++) {
      const source = this.#sources![index]!;
      source.#dependents?.remove(places[index]!);
      source.#watch();
    }
  }
}

function include(signals: AbortSignal[], signal: AbortSignal): void {
  for (let index = 0; index < signals.length; index++) if (signals[index] === signal) return;
  signals[signals.length] = signal;
}

/** What AbortSignal.timeout() waits for: with a timer while somebody waits for the signal. */
class Timeout {
  readonly #context: string;
  readonly deadline: number;
  readonly #room: TimerRoom;
  #timer: Timer | null = null;

  constructor(context: string, delay: number, signal: object) {
    this.#context = context;
    this.#room = new TimerRoom(context, signal);
    this.deadline = op(Op.Now) + delay;
  }

  /** As of this turn's begin: what a timer would have done before it. */
  get hasPassed(): boolean {
    return this.#timer === null && op(Op.TurnStart) >= this.deadline;
  }

  reason(): object {
    return new DOMException("The operation timed out.", "TimeoutError");
  }

  arm(callback: () => void): void {
    if (this.#timer !== null) return;
    this.#room.leave();
    this.#timer = startInternalTimer(this.#context, this.deadline - op(Op.Now), callback);
  }

  disarm(): void {
    if (this.#timer === null) return;
    stopInternalTimer(this.#timer);
    this.#timer = null;
    this.#room.enter();
  }

  /** The signal is aborted. */
  end(): void {
    if (this.#timer !== null) stopInternalTimer(this.#timer);
    this.#timer = null;
    this.#room.leave();
  }
}

export function createSignal(): AbortSignal {
  return new (AbortSignal as unknown as new (token: symbol) => AbortSignal)(internalConstruction);
}

publishInterface(AbortSignal, "AbortSignal");
defineEventHandler(AbortSignal.prototype, "abort");

/** https://dom.spec.whatwg.org/#abortcontroller */
export class AbortController {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #signal = createSignal();

  get signal(): AbortSignal {
    return this.#signal;
  }

  /** https://dom.spec.whatwg.org/#dom-abortcontroller-abort */
  abort(reason: unknown = undefined): void {
    signalAbort(this.#signal, reason);
  }
}

publishInterface(AbortController, "AbortController");
