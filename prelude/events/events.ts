/**
 * DOM: events. https://dom.spec.whatwg.org/#events
 */
import { currentHighResolutionTime } from "../timing/clock.ts";
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import { NativeTypeError, ObjectDefineProperty } from "../core/primordials.ts";
import { constructing, executing, requireArguments, toDOMString, toDictionary } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";

export const enum Phase {
  None = 0,
  Capturing = 1,
  AtTarget = 2,
  Bubbling = 3,
}

/** What an event's flags and slots are in the specification; the dispatch algorithm works on this. */
export class EventState {
  type: string;
  bubbles = false;
  cancelable = false;
  composed = false;
  initialized = true;
  trusted = false;
  target: object | null = null;
  currentTarget: object | null = null;
  phase: Phase = Phase.None;
  dispatching = false;
  stopPropagation = false;
  stopImmediatePropagation = false;
  canceled = false;
  inPassiveListener = false;
  readonly timeStamp: number;

  constructor(type: string, timeStamp: number) {
    this.type = type;
    this.timeStamp = timeStamp;
  }

  /** https://dom.spec.whatwg.org/#set-the-canceled-flag */
  cancel(): void {
    if (this.cancelable && !this.inPassiveListener) this.canceled = true;
  }
}

/** The state behind an event. @throws TypeError if it is none. */
export let stateOfEvent: (event: Event) => EventState;
export let isEvent: (value: unknown) => value is Event;

/** https://dom.spec.whatwg.org/#dictdef-eventinit */
export interface EventInit {
  __proto__?: null;
  bubbles?: unknown;
  cancelable?: unknown;
  composed?: unknown;
}

const context = constructing("Event");

/** https://dom.spec.whatwg.org/#interface-event */
export class Event {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #state: EventState;

  static {
    stateOfEvent = (event): EventState => {
      if (!(#state in event)) throw new NativeTypeError("Illegal invocation");
      return event.#state;
    };
    isEvent = (value): value is Event => typeof value === "object" && value !== null && #state in value;
  }

  constructor(type: unknown, init: unknown = undefined) {
    requireArguments(arguments.length, 1, context);
    const state = new EventState(toDOMString(type), currentHighResolutionTime());
    const dictionary = toDictionary(init, context) as EventInit | undefined;
    if (dictionary !== undefined) {
      state.bubbles = !!dictionary.bubbles;
      state.cancelable = !!dictionary.cancelable;
      state.composed = !!dictionary.composed;
    }
    this.#state = state;
    ObjectDefineProperty(this, "isTrusted", isTrustedDescriptor);
  }

  get type(): string {
    return this.#state.type;
  }

  get target(): object | null {
    return this.#state.target;
  }

  get srcElement(): object | null {
    return this.#state.target;
  }

  get currentTarget(): object | null {
    return this.#state.currentTarget;
  }

  composedPath(): object[] {
    const { currentTarget } = this.#state;
    return currentTarget === null ? [] : [currentTarget];
  }

  get eventPhase(): number {
    return this.#state.phase;
  }

  stopPropagation(): void {
    this.#state.stopPropagation = true;
  }

  get cancelBubble(): boolean {
    return this.#state.stopPropagation;
  }

  set cancelBubble(value: unknown) {
    const state = this.#state;
    if (value) state.stopPropagation = true;
  }

  stopImmediatePropagation(): void {
    const state = this.#state;
    state.stopPropagation = true;
    state.stopImmediatePropagation = true;
  }

  get bubbles(): boolean {
    return this.#state.bubbles;
  }

  get cancelable(): boolean {
    return this.#state.cancelable;
  }

  get returnValue(): boolean {
    return !this.#state.canceled;
  }

  set returnValue(value: unknown) {
    const state = this.#state;
    if (!value) state.cancel();
  }

  preventDefault(): void {
    this.#state.cancel();
  }

  get defaultPrevented(): boolean {
    return this.#state.canceled;
  }

  get composed(): boolean {
    return this.#state.composed;
  }

  get timeStamp(): number {
    return this.#state.timeStamp;
  }

  /** https://dom.spec.whatwg.org/#dom-event-initevent */
  initEvent(type: unknown, bubbles: unknown = false, cancelable: unknown = false): void {
    requireArguments(arguments.length, 1, executing("initEvent", "Event"));
    initializeEvent(this, toDOMString(type), !!bubbles, !!cancelable);
  }
}

/** https://dom.spec.whatwg.org/#concept-event-initialize. False while the event is dispatched: nothing was done. */
export function initializeEvent(event: Event, type: string, bubbles: boolean, cancelable: boolean): boolean {
  const state = stateOfEvent(event);
  if (state.dispatching) return false;
  state.initialized = true;
  state.stopPropagation = false;
  state.stopImmediatePropagation = false;
  state.canceled = false;
  state.trusted = false;
  state.target = null;
  state.type = type;
  state.bubbles = bubbles;
  state.cancelable = cancelable;
  return true;
}

/** isTrusted is [LegacyUnforgeable]: an own accessor of every event, the same getter for all. */
const isTrustedDescriptor: PropertyDescriptor & { __proto__: null } = {
  __proto__: null,
  get: Object.getOwnPropertyDescriptor(
    {
      get isTrusted(): boolean {
        return stateOfEvent(this as unknown as Event).trusted;
      },
    },
    "isTrusted",
  )!.get,
  set: undefined,
  enumerable: true,
  configurable: false,
};

publishInterface(Event, "Event", { NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 });

/** https://dom.spec.whatwg.org/#interface-customevent */
export class CustomEvent extends Event {
  #detail: unknown;

  constructor(type: unknown, init: unknown = undefined) {
    requireArguments(arguments.length, 1, constructing("CustomEvent"));
    super(type, init);
    const dictionary = init as { detail?: unknown } | null | undefined;
    this.#detail = dictionary?.detail ?? null;
  }

  get detail(): unknown {
    return this.#detail;
  }

  /** https://dom.spec.whatwg.org/#dom-customevent-initcustomevent */
  initCustomEvent(type: unknown, bubbles: unknown = false, cancelable: unknown = false, detail: unknown = null): void {
    requireArguments(arguments.length, 1, executing("initCustomEvent", "CustomEvent"));
    if (initializeEvent(this, toDOMString(type), !!bubbles, !!cancelable)) this.#detail = detail;
  }
}

publishInterface(CustomEvent, "CustomEvent");
