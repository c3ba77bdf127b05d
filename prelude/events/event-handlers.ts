/**
 * HTML: event handlers, the `on…` attributes. https://html.spec.whatwg.org/multipage/webappapis.html#event-handlers
 */
import { type EventHandlerEntry, type EventTargetState, EventListener, stateOfTarget } from "./event-target.ts";
import { type Event, stateOfEvent } from "./events.ts";
import type { Listener } from "../core/listener-list.ts";
import { ObjectDefineProperty, ReflectApply, ReflectGetOwnPropertyDescriptor, isObject } from "../core/primordials.ts";

/** How a handler is called; the result tells whether the event is canceled. */
export type Invoke = (handler: Function, event: Event) => boolean;

/** https://html.spec.whatwg.org/multipage/webappapis.html#the-event-handler-processing-algorithm */
const invokePlain: Invoke = (handler, event) =>
  ReflectApply(handler, stateOfEvent(event).currentTarget, [event]) === false;

/** An event handler: its value and the listener that calls it, which keeps its place while the value changes. */
class EventHandler implements EventHandlerEntry {
  value: object;
  readonly listener: Listener<EventListener> | undefined;

  constructor(state: EventTargetState, type: string, value: object, invoke: Invoke) {
    this.value = value;
    this.listener = state.add(
      type,
      new EventListener(
        (event: Event): void => {
          const handler = this.value;
          if (typeof handler === "function" && invoke(handler, event)) stateOfEvent(event).cancel();
        },
        false,
        false,
        false,
      ),
    );
  }
}

/**
 * Defines `on<type>` accessors on an interface's prototype.
 * `invoke` is for handlers with a signature of their own.
 */
export function defineEventHandler(holder: object, type: string, invoke: Invoke = invokePlain): void {
  const name = `on${type}`;
  const accessors = {
    get [name](): unknown {
      return stateOfTarget(this).handler(name)?.value ?? null;
    },
    set [name](value: unknown) {
      const state = stateOfTarget(this);
      const current = state.handler(name);
      if (!isObject(value)) {
        if (current === undefined) return;
        state.setHandler(name, undefined);
        if (current.listener !== undefined) state.drop(type, current.listener);
      } else if (current === undefined) {
        state.setHandler(name, new EventHandler(state, type, value, invoke));
      } else {
        current.value = value;
      }
    },
  };
  const { get, set } = ReflectGetOwnPropertyDescriptor(accessors, name)!;
  const descriptor = { __proto__: null, get: get!, set: set!, enumerable: true, configurable: true } as const;
  ObjectDefineProperty(holder, name, descriptor);
}

/** Several of them. */
export function defineEventHandlers(holder: object, types: readonly string[]): void {
  for (let index = 0; index < types.length; index++) defineEventHandler(holder, types[index]!);
}
