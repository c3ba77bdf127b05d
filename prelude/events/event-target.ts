/**
 * DOM: event targets and dispatch. https://dom.spec.whatwg.org/#interface-eventtarget
 *
 * There are no trees here: an event's path is its target alone.
 */
import { type AbortAlgorithm, type AbortState, abortStateOf } from "./abort-state.ts";
import { DOMException } from "../errors/dom-exception.ts";
import { Op } from "../core/engine.ts";
import { type Event, type EventState, Phase, isEvent, stateOfEvent } from "./events.ts";
import { type Listener, ListenerList } from "../core/listener-list.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import { NativeTypeError, ReflectApply, SafeMap, global, isObject } from "../core/primordials.ts";
import { reportException } from "../errors/report-exception.ts";
import { executing, requireArguments, toDOMString } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";

/** https://dom.spec.whatwg.org/#concept-event-listener; its type is the key it is kept under. */
export class EventListener {
  readonly callback: object | null;
  readonly capture: boolean;
  readonly passive: boolean;
  readonly once: boolean;
  /** Once it is aborted, this is no listener any more. A long-lived signal knows nothing of its listeners. */
  signal: AbortState | undefined;
  /** Of a listener of a signal: what removes it when `signal` is aborted. */
  algorithm: AbortAlgorithm | undefined;

  constructor(callback: object | null, capture: boolean, passive: boolean, once: boolean) {
    this.callback = callback;
    this.capture = capture;
    this.passive = passive;
    this.once = once;
  }
}

/** An `on…` attribute that is set; event-handlers.ts makes and reads it. */
export interface EventHandlerEntry {
  value: object;
  readonly listener: Listener<EventListener> | undefined;
}

/** An event listener list (https://dom.spec.whatwg.org/#eventtarget-event-listener-list), by type, made on first use. */
export class EventTargetState {
  #types: SafeMap<string, ListenerList<EventListener>> | null = null;
  #handlers: SafeMap<string, EventHandlerEntry> | null = null;
  /** Is told when the target has got its first listener of a type, or lost its last. */
  watcher: (() => void) | undefined;

  listeners(type: string): ListenerList<EventListener> | undefined {
    return this.#types?.get(type);
  }

  /** Whether an event of this type would reach anything. */
  hasListeners(type: string): boolean {
    const list = this.#types?.get(type);
    if (list === undefined) return false;
    for (let listener = list.first; listener !== null; listener = listener.next) {
      if (!listener.value.signal?.aborted) return true;
    }
    return false;
  }

  /** https://dom.spec.whatwg.org/#add-an-event-listener, after the signal was looked at. */
  add(type: string, listener: EventListener): Listener<EventListener> | undefined {
    this.#types ??= new SafeMap<string, ListenerList<EventListener>>();
    let list = this.#types.get(type);
    if (list === undefined) {
      list = new ListenerList<EventListener>();
      this.#types.set(type, list);
    }
    if (this.#find(type, list, listener.callback, listener.capture) !== null) return undefined;
    const added = list.append(listener);
    // All others may have been dropped just now, and the list with them.
    if (list.first === added) {
      this.#types.set(type, list);
      this.watcher?.();
    }
    return added;
  }

  #find(
    type: string,
    list: ListenerList<EventListener>,
    callback: object | null,
    capture: boolean,
  ): Listener<EventListener> | null {
    for (let listener = list.first; listener !== null; listener = listener.next) {
      const { value } = listener;
      if (value.signal?.aborted) this.drop(type, listener);
      else if (value.callback === callback && value.capture === capture) return listener;
    }
    return null;
  }

  /** https://dom.spec.whatwg.org/#remove-an-event-listener */
  remove(type: string, callback: object | null, capture: boolean): void {
    const list = this.#types?.get(type);
    if (list === undefined) return;
    const found = this.#find(type, list, callback, capture);
    if (found !== null) this.drop(type, found);
  }

  /** Removes one registration, wherever it is by now. */
  drop(type: string, listener: Listener<EventListener>): void {
    const list = this.#types?.get(type);
    if (list === undefined || listener.removed) return;
    list.remove(listener);
    const { value } = listener;
    value.signal?.remove(value.algorithm);
    if (list.first !== null) return;
    this.#types!.delete(type);
    this.watcher?.();
  }

  /** https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-map */
  handler(name: string): EventHandlerEntry | undefined {
    return this.#handlers?.get(name);
  }

  setHandler(name: string, handler: EventHandlerEntry | undefined): void {
    this.#handlers ??= new SafeMap<string, EventHandlerEntry>();
    if (handler === undefined) this.#handlers.delete(name);
    else this.#handlers.set(name, handler);
  }
}

/** The global's own listeners: the global is an object of the engine's and cannot carry private fields. */
export const globalTargetState = new EventTargetState();

/** The state behind an event target. undefined and null stand for the global. @throws TypeError if it is none. */
export let stateOfTarget: (target: unknown) => EventTargetState;

/** https://dom.spec.whatwg.org/#concept-flatten-options */
function flatten(options: unknown): boolean {
  return isObject(options) ? !!(options as { capture?: unknown }).capture : !!options;
}

/** The callback of add/removeEventListener: an object or null. */
function toListener(value: unknown, context: string): object | null {
  if (value === null || value === undefined) return null;
  if (isObject(value)) return value;
  throw new NativeTypeError(`${context}: parameter 2 is not of type 'EventListener'.`);
}

/** The `signal` member of AddEventListenerOptions. */
function toSignal(value: unknown, context: string): AbortState | undefined {
  if (value === undefined) return undefined;
  const signal = abortStateOf(value);
  if (signal === undefined) {
    throw new NativeTypeError(`${context}: member signal is not of type 'AbortSignal'.`);
  }
  return signal;
}

const addContext = executing("addEventListener", "EventTarget");
const removeContext = executing("removeEventListener", "EventTarget");
const dispatchContext = executing("dispatchEvent", "EventTarget");

/** https://dom.spec.whatwg.org/#interface-eventtarget */
export class EventTarget {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #state = new EventTargetState();

  static {
    stateOfTarget = (target): EventTargetState => {
      if (target === undefined || target === null || target === global) return globalTargetState;
      if (isObject(target) && #state in target) return (target as EventTarget).#state;
      throw new NativeTypeError("Illegal invocation");
    };
  }

  addEventListener(type: unknown, callback: unknown, options: unknown = undefined): void {
    const state = stateOfTarget(this);
    requireArguments(arguments.length, 2, addContext);
    const name = toDOMString(type);
    const handler = toListener(callback, addContext);
    let capture = false;
    let passive = false;
    let once = false;
    let signal: AbortState | undefined;
    if (isObject(options)) {
      const dictionary = options as { capture?: unknown; once?: unknown; passive?: unknown; signal?: unknown };
      capture = !!dictionary.capture;
      once = !!dictionary.once;
      passive = !!dictionary.passive;
      signal = toSignal(dictionary.signal, addContext);
    } else {
      capture = !!options;
    }
    if (handler === null || signal?.aborted) return;
    const listener = new EventListener(handler, capture, passive, once);
    listener.signal = signal;
    const added = state.add(name, listener);
    // What waits for a signal keeps that alive, and must not for longer than it waits.
    if (added !== undefined && signal !== undefined && state.watcher !== undefined) {
      listener.algorithm = signal.add(() => state.drop(name, added));
    }
  }

  removeEventListener(type: unknown, callback: unknown, options: unknown = undefined): void {
    const state = stateOfTarget(this);
    requireArguments(arguments.length, 2, removeContext);
    const name = toDOMString(type);
    const handler = toListener(callback, removeContext);
    state.remove(name, handler, flatten(options));
  }

  dispatchEvent(event: unknown): boolean {
    const state = stateOfTarget(this);
    requireArguments(arguments.length, 1, dispatchContext);
    if (!isEvent(event)) throw new NativeTypeError(`${dispatchContext}: parameter 1 is not of type 'Event'.`);
    const eventState = stateOfEvent(event);
    if (eventState.dispatching || !eventState.initialized) {
      throw new DOMException(`${dispatchContext}: The event is already being dispatched.`, "InvalidStateError");
    }
    eventState.trusted = false;
    return dispatch(event, eventState, (this as unknown) ?? global, state);
  }
}

publishInterface(EventTarget, "EventTarget");

/** https://dom.spec.whatwg.org/#concept-event-dispatch. False if the event was canceled. */
function dispatch(
  event: Event,
  eventState: EventState,
  target: unknown,
  state: EventTargetState,
  inTask = false,
): boolean {
  eventState.dispatching = true;
  eventState.target = target as object;
  eventState.phase = Phase.AtTarget;
  eventState.currentTarget = target as object;
  innerInvoke(event, eventState, state, true, inTask);
  innerInvoke(event, eventState, state, false, inTask);
  eventState.phase = Phase.None;
  eventState.currentTarget = null;
  eventState.dispatching = false;
  eventState.stopPropagation = false;
  eventState.stopImmediatePropagation = false;
  return !eventState.canceled;
}

/** Fires an event that the platform, not the guest, made. False if the event was canceled. */
export function dispatchTrusted(event: Event, target: object): boolean {
  const eventState = stateOfEvent(event);
  eventState.trusted = true;
  return dispatch(event, eventState, target, stateOfTarget(target));
}

/**
 * As `dispatchTrusted`, in a task and with no guest code below on the stack: then a listener's end is a microtask
 * checkpoint (https://html.spec.whatwg.org/multipage/webappapis.html#clean-up-after-running-script).
 */
export function dispatchInTask(event: Event, target: object): boolean {
  const eventState = stateOfEvent(event);
  eventState.trusted = true;
  return dispatch(event, eventState, target, stateOfTarget(target), true);
}

/** https://dom.spec.whatwg.org/#concept-event-listener-inner-invoke */
function innerInvoke(
  event: Event,
  eventState: EventState,
  state: EventTargetState,
  capture: boolean,
  inTask: boolean,
): void {
  const { type, currentTarget } = eventState;
  const list = state.listeners(type);
  if (list === undefined || list.last === null || eventState.stopPropagation) return;
  const end = list.last.sequence;
  for (let listener = list.first; listener !== null && listener.sequence <= end; listener = listener.next) {
    if (listener.removed) continue;
    const { value } = listener;
    if (value.capture !== capture) continue;
    if (value.signal?.aborted) {
      state.drop(type, listener);
      continue;
    }
    if (value.once) state.drop(type, listener);
    eventState.inPassiveListener = value.passive;
    try {
      invokeCallback(value.callback!, event, currentTarget);
    } catch (error) {
      reportException(error);
    }
    eventState.inPassiveListener = false;
    if (inTask) op(Op.MicrotaskCheckpoint);
    if (eventState.stopImmediatePropagation) return;
  }
}

/** https://webidl.spec.whatwg.org/#call-a-user-objects-operation, for handleEvent. */
function invokeCallback(callback: object, event: Event, currentTarget: object | null): void {
  if (typeof callback === "function") {
    ReflectApply(callback, currentTarget, [event]);
    return;
  }
  const { handleEvent } = callback as { handleEvent?: unknown };
  if (typeof handleEvent !== "function") {
    throw new NativeTypeError("The listener's 'handleEvent' property is not a function.");
  }
  ReflectApply(handleEvent, callback, [event]);
}
