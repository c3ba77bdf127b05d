/** The lists of an isolate's handlers. */
import type { Untyped } from "../contract/events.ts";
import { isBorrowing } from "./borrowing.ts";
import { throwLater } from "./throw-later.ts";

/** A handler as it is kept. What its data and its context are is declared where it is given. */
export type Handler = (data: Untyped, context: Untyped) => unknown;

interface Listener {
  readonly handler: Handler;
  readonly once: boolean;
}

/** What is known of an event. */
interface Known {
  readonly context: { readonly isolate: object; readonly event: string };
  listeners: readonly Listener[];
  borrows: boolean;
}

/** Handlers by event name. Lists are never changed but replaced: handlers may add and remove handlers while called. */
export class Listeners {
  readonly #byName = new Map<string, Known>();
  /** Whether all who hear of an event only borrow its data; undefined as long as nobody does. */
  borrows: ((event: unknown) => boolean) | undefined;
  readonly #isolate: () => object;

  /** @param isolate - the one that handlers are told of: it is kept while there are any */
  constructor(isolate: () => object) {
    this.#isolate = isolate;
  }

  add(event: string, handler: Handler, once: boolean): void {
    const known = this.#byName.get(event);
    const borrows = isBorrowing(handler);
    if (borrows) this.borrows = (event) => this.#byName.get(event as string)?.borrows ?? false;
    if (known) {
      known.listeners = [...known.listeners, { handler, once }];
      known.borrows &&= borrows;
    } else {
      const context = Object.freeze({ isolate: this.#isolate(), event });
      this.#byName.set(event, { context, listeners: [{ handler, once }], borrows });
    }
  }

  /** Removes the registration made last, as there may be several. */
  remove(event: string, handler: Handler): void {
    const known = this.#byName.get(event);
    const last = known?.listeners.findLast((listener) => listener.handler === handler);
    if (last) this.#removeListener(event, last);
  }

  has(event: string): boolean {
    return this.#byName.has(event);
  }

  /** Calls the handlers. @returns whether there were any */
  emit(event: string, data: unknown): boolean {
    const known = this.#byName.get(event);
    if (!known) return false;
    for (const listener of known.listeners) {
      if (listener.once) this.#removeListener(event, listener);
      try {
        listener.handler(data, known.context);
      } catch (error) {
        throwLater(error);
      }
    }
    return true;
  }

  clear(): void {
    this.#byName.clear();
  }

  #removeListener(event: string, listener: Listener): void {
    const known = this.#byName.get(event);
    if (!known) return;
    const left = known.listeners.filter((other) => other !== listener);
    if (left.length === 0) this.#byName.delete(event);
    else known.listeners = left;
  }
}
