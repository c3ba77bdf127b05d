/** Functions of the host that guests call: their types on both sides, and what checks their input. */
import type { Declared, Protocol, Untyped } from "./events.ts";
import type { PlatformAbortSignal } from "./platform.ts";

/** The APIs that a protocol declares; any name with anything where none are declared. */
export type ExposedOf<P extends Protocol> = Declared<P["exposed"], Record<string, Untyped>>;

/** An API that no protocol declares. */
export interface UntypedApi {
  readonly [name: string]: ((...args: Untyped[]) => unknown) | UntypedApi;
}

/**
 * A function that a guest gave to the host. It runs in the guest: what it is called with and what it comes to are copied, but for
 * streams and async generators; an AbortSignal behind the arguments gives the call up. It can be called until it is disposed of,
 * by `using` or `callback[Symbol.dispose]()`, or its isolate ends. It rejects as `isolate.request` does.
 *
 * @typeParam Args - its arguments
 * @typeParam Result - what it comes to
 */
export interface GuestFunction<Args extends readonly unknown[] = Untyped[], Result = Untyped> extends Disposable {
  (...args: [...Args, signal?: PlatformAbortSignal]): Promise<Result>;
}

/** An argument as the host gets it: functions cross as such that can be called. */
export type FromGuest<Argument> = 0 extends 1 & Argument
  ? Argument
  : Argument extends (...args: infer Args) => infer Result
    ? GuestFunction<Args, Awaited<Result>>
    : Argument;

/**
 * An API as the host gives it.
 * @typeParam Api - as it is called
 * @typeParam Context - what comes behind the arguments
 */
export type HostSide<Api, Context> =
  // Only what is untyped is everything.
  0 extends 1 & Api
    ? UntypedApi
    : {
        readonly [Name in keyof Api]: Api[Name] extends (...args: infer Arguments) => infer Result
          ? (
              ...args: [...{ [Index in keyof Arguments]: FromGuest<Arguments[Index]> }, context: Context]
            ) => Awaited<Result> | Promise<Awaited<Result>>
          : HostSide<Api[Name], Context>;
      };

/**
 * An API as the guest has it: async functions, which an AbortSignal behind the arguments gives up.
 *
 * @typeParam Api - the API as it is called: a member of a protocol's `exposed`
 * @example
 * ```ts
 * declare const tools: GuestApi<AgentProtocol["exposed"]["tools"]>;
 * ```
 */
export type GuestApi<Api> = {
  readonly [Name in keyof Api]: Api[Name] extends (...args: infer Arguments) => infer Result
    ? (...args: [...Arguments, signal?: PlatformAbortSignal]) => Promise<Awaited<Result>>
    : GuestApi<Api[Name]>;
};

/**
 * A schema as zod, valibot, arktype and others have it: https://standardschema.dev
 *
 * @typeParam Input - what it takes
 * @typeParam Output - what it makes of that
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  /** The schema's own. */
  readonly "~standard": {
    /** Version of the interface. */
    readonly version: 1;
    /** Whose schema it is. */
    readonly vendor: string;
    /** Checks a value. */
    readonly validate: (value: unknown) => StandardSchemaResult<Output> | Promise<StandardSchemaResult<Output>>;
    /** For TypeScript alone. */
    readonly types?:
      | {
          /** What the schema takes. */
          readonly input: Input;
          /** What it makes of that. */
          readonly output: Output;
        }
      | undefined;
  };
}

/** What a schema says of a value: what it makes of it, or what is wrong. */
export type StandardSchemaResult<Output> =
  | {
      /** What the schema made of the value. */
      readonly value: Output;
      /** Nothing is wrong. */
      readonly issues?: undefined;
    }
  | {
      /** What is wrong. */
      readonly issues: readonly StandardSchemaIssue[];
    };

/** One thing that a schema finds wrong. */
export interface StandardSchemaIssue {
  /** What is wrong. */
  readonly message: string;
  /** Where: keys, or objects that have one. */
  readonly path?: readonly (PropertyKey | StandardSchemaSegment)[] | undefined;
}

/** One step of a path. */
export interface StandardSchemaSegment {
  /** The property's name, or the index. */
  readonly key: PropertyKey;
}
