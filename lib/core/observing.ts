/**
 * Who hears of calls between host and guests: nobody, unless the host has asked for traces. `network-runtime/opentelemetry`
 * is told.
 */

/** Is told what a call came to: nothing, or the error. */
export type Ending = (failure?: unknown) => void;

/** One call of the guest's, under way. */
export interface ObservedRequest {
  /** Runs what the host does about it. */
  readonly run: <T>(work: () => T) => T;
  /** A fetch was answered with this. */
  readonly status: (status: number) => void;
  readonly end: Ending;
}

/** What a run came to, as far as an observer is told. */
export interface ObservedRun {
  readonly reason: string;
  readonly error?: unknown;
  readonly cpuMs: number;
  readonly memoryPeakBytes: number;
  readonly toolCallCount: number;
}

/** Hears of calls. Must not throw. */
export interface Observer {
  /** The host asks the guest: `"evaluate()"`, `'request("render")'`. */
  call(isolate: object, doing: string): Ending;
  /** The guest asks the host for a method, or for an exposed function: `"fetch"`, `"tools.search"`. */
  request(isolate: object, name: string, isExposed: boolean, data: unknown): ObservedRequest;
  /** `run()`: what is called and asked in it is part of it. */
  run<Result extends ObservedRun>(work: () => Promise<Result>): Promise<Result>;
}

/** The one there is. */
export const observing: { observer: Observer | undefined } = { observer: undefined };
