/**
 * Streams: promises as the standard works with them. https://webidl.spec.whatwg.org/#js-promise-manipulation
 *
 * Reactions are `await`s: they use internal slots and see neither a patched `then` nor a patched species. What is only
 * sequence, and no guest has asked for, is no promise at all but a Signal.
 */
import { NativePromise, NativeTypeError, ReflectApply, isObject } from "../core/primordials.ts";

/** A promise with what settles it. */
export class Deferred<T = undefined> {
  readonly promise: Promise<T>;
  resolve!: (value: T | PromiseLike<T>) => void;
  reject!: (reason: unknown) => void;

  constructor() {
    this.promise = new NativePromise<T>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

/** https://webidl.spec.whatwg.org/#a-promise-resolved-with */
export function resolvedPromise<T>(value: T): Promise<T> {
  return new NativePromise<T>((resolve) => resolve(value));
}

/** https://webidl.spec.whatwg.org/#a-promise-rejected-with */
export function rejectedPromise<T = never>(reason: unknown): Promise<T> {
  return new NativePromise<T>((_resolve, reject) => reject(reason));
}

/** https://webidl.spec.whatwg.org/#dfn-perform-steps-once-promise-is-settled. Steps may not throw. */
export async function react<T>(
  promise: T | PromiseLike<T>,
  fulfilled: ((value: T) => void) | undefined,
  rejected?: (reason: unknown) => void,
): Promise<void> {
  let value: T;
  try {
    value = await promise;
  } catch (reason) {
    rejected?.(reason);
    return;
  }
  fulfilled?.(value);
}

/** https://webidl.spec.whatwg.org/#mark-a-promise-as-handled */
export function markHandled(promise: unknown): void {
  void react(promise, undefined);
}

/** A member of a dictionary that is a callback function. */
export function toCallback(value: unknown, member: string, context: string): Function | undefined {
  if (value === undefined || typeof value === "function") return value;
  throw new NativeTypeError(`${context}: member ${member} is not of type 'Function'.`);
}

/** Of what a guest's callback gave: a promise of the guest's takes the microtasks that it takes in a browser. */
export function promiseOf(value: unknown): unknown {
  return isObject(value) ? resolvedPromise(value) : undefined;
}

/** Invokes a callback that returns a promise of undefined: what it threw is a rejection. */
export function invoke(callback: Function, self: unknown, args: readonly unknown[]): unknown {
  try {
    return promiseOf(ReflectApply(callback, self, args));
  } catch (error) {
    return rejectedPromise(error);
  }
}

/** A promise of undefined that is made when it is asked for, and whose rejection is always handled. */
export class Signal {
  /** Neither resolved nor rejected. */
  pending = true;
  #rejected = false;
  #reason: unknown = undefined;
  #deferred: Deferred | undefined;

  static resolved(): Signal {
    const signal = new Signal();
    signal.pending = false;
    return signal;
  }

  static rejected(reason: unknown): Signal {
    const signal = new Signal();
    signal.reject(reason);
    return signal;
  }

  get promise(): Promise<undefined> {
    if (this.#deferred !== undefined) return this.#deferred.promise;
    const deferred = new Deferred();
    this.#deferred = deferred;
    if (!this.pending) this.#settle(deferred);
    return deferred.promise;
  }

  resolve(): void {
    this.pending = false;
    this.#deferred?.resolve(undefined);
  }

  reject(reason: unknown): void {
    this.pending = false;
    this.#rejected = true;
    this.#reason = reason;
    if (this.#deferred !== undefined) this.#settle(this.#deferred);
  }

  #settle(deferred: Deferred): void {
    if (!this.#rejected) return deferred.resolve(undefined);
    markHandled(deferred.promise);
    deferred.reject(this.#reason);
  }
}
