/**
 * DOM: aborting ongoing activities. https://dom.spec.whatwg.org/#aborting-ongoing-activities
 */
import { AbortState, provideAbortStateOf } from "./abort-state.ts";
import { DOMException } from "../errors/dom-exception.ts";
import { defineEventHandler } from "./event-handlers.ts";
import { EventTarget, dispatchTrusted } from "./event-target.ts";
import { Event } from "./events.ts";
import { ListenerList } from "../core/listener-list.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import { NativeTypeError, newList } from "../core/primordials.ts";
import { startInternalTimer } from "../timing/timers.ts";
import { executing, requireArguments, toEnforcedUnsignedLongLong, toObjectSequence } from "../webidl/converters.ts";
import { internalConstruction, publishInterface, requireInternal } from "../webidl/interfaces.ts";

/** https://dom.spec.whatwg.org/#abortsignal-signal-abort */
export let signalAbort: (signal: AbortSignal, reason: unknown) => void;
/** https://dom.spec.whatwg.org/#create-a-dependent-abort-signal, of one source. */
export let createDependentSignal: (source: AbortSignal) => AbortSignal;

/** https://dom.spec.whatwg.org/#abortsignal */
export class AbortSignal extends EventTarget {
  readonly #state = new AbortState();
  /** https://dom.spec.whatwg.org/#abortsignal-source-signals; null: this is no dependent signal. */
  #sources: ListenerList<AbortSignal> | null = null;
  /** https://dom.spec.whatwg.org/#abortsignal-dependent-signals. They live as long as their sources. */
  readonly #dependents = new ListenerList<AbortSignal>();

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
      signal.#markAborted(reason);
      for (let entry = signal.#dependents.first; entry !== null; entry = entry.next) {
        if (entry.value.#state.aborted) continue;
        entry.value.#markAborted(signal.#state.reason);
        affected[affected.length] = entry.value;
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
    signal.#markAborted(reason);
    return signal;
  }

  /** https://dom.spec.whatwg.org/#dom-abortsignal-timeout */
  static timeout(milliseconds: unknown): AbortSignal {
    const context = executing("timeout", "AbortSignal");
    requireArguments(arguments.length, 1, context);
    const delay = toEnforcedUnsignedLongLong(milliseconds, context);
    const signal = createSignal();
    startInternalTimer(context, delay, () =>
      signalAbort(signal, new DOMException("The operation timed out.", "TimeoutError")),
    );
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

  #markAborted(reason: unknown): void {
    this.#state.aborted = true;
    this.#state.reason = reason === undefined ? new DOMException("The operation was aborted.", "AbortError") : reason;
  }

  /** https://dom.spec.whatwg.org/#create-a-dependent-abort-signal */
  static #createDependent(signals: readonly AbortSignal[]): AbortSignal {
    const result = createSignal();
    for (let index = 0; index < signals.length; index++) {
      const { aborted, reason } = signals[index]!.#state;
      if (!aborted) continue;
      result.#markAborted(reason);
      return result;
    }
    result.#sources = new ListenerList<AbortSignal>();
    for (let index = 0; index < signals.length; index++) {
      const signal = signals[index]!;
      if (signal.#sources === null) AbortSignal.#depend(result, signal);
      else
        for (let entry = signal.#sources.first; entry !== null; entry = entry.next)
          AbortSignal.#depend(result, entry.value);
    }
    return result;
  }

  static #depend(dependent: AbortSignal, source: AbortSignal): void {
    dependent.#sources!.append(source);
    source.#dependents.append(dependent);
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
