/**
 * What the host exposes: functions of its own, on a frozen object that is a global. No web specification.
 */
import {
  NativeError,
  ObjectDefineProperty,
  ObjectFreeze,
  PromiseWithResolvers,
  ReflectOwnKeys,
  global,
} from "../core/primordials.ts";
import { type AbortState, abortStateOf } from "../events/abort-state.ts";
import { type PendingRequest, sendRequest } from "../network/network.ts";
import { publishInternal } from "../webidl/interfaces.ts";
import { loadValue } from "../webidl/lazy.ts";
import type { Crossing } from "./crossing.ts";

/** The method by which a function is called, or the functions below a name. */
type Shape = string | { readonly [name: string]: Shape };

function define(target: object, key: string, value: unknown): void {
  ObjectDefineProperty(target, key, { __proto__: null, value, writable: false, enumerable: true, configurable: false });
}

/** An AbortSignal that comes last is no argument: it gives the call up. */
function takeSignal(args: unknown[]): AbortState | undefined {
  const last = args.length - 1;
  const signal = last < 0 ? undefined : abortStateOf(args[last]);
  if (signal !== undefined) args.length = last;
  return signal;
}

function crossing(): Crossing {
  return loadValue("crossing") as Crossing;
}

/** The host answers with a list of the value, or of that and what is in it. */
function valueOf(answer: readonly unknown[]): unknown {
  return answer.length === 1 ? answer[0] : crossing().putTogether(answer[0], answer[1]);
}

/** What cannot be cloned may be there in part: functions and streams cross as numbers. */
function start(
  method: string,
  args: unknown[],
  signal: AbortState | undefined,
  resolve: (value: unknown) => void,
  reject: (reason: unknown) => void,
): PendingRequest {
  const answered = (answer: unknown): void => {
    let value: unknown;
    try {
      value = valueOf(answer as readonly unknown[]);
    } catch (error) {
      return reject(error);
    }
    resolve(value);
  };
  try {
    return sendRequest(method, args, signal, answered, reject);
  } catch (error) {
    if (signal?.aborted) throw error;
    const apart = crossing().takeApart(args);
    if (apart === undefined) throw error;
    try {
      return sendRequest(method, apart, signal, answered, reject);
    } catch (failure) {
      crossing().drop(apart);
      throw failure;
    }
  }
}

function toFunction(method: string, name: string): Function {
  // A method is no constructor.
  const { call } = {
    call(...args: unknown[]): Promise<unknown> {
      const { promise, resolve, reject } = PromiseWithResolvers<unknown>();
      try {
        const request = start(method, args, takeSignal(args), resolve, reject);
        // Here, as NETWORK.request does.
        request.place = new NativeError();
      } catch (error) {
        reject(error);
      }
      return promise;
    },
  };
  ObjectDefineProperty(call, "name", { __proto__: null, value: name });
  return ObjectFreeze(call);
}

function toObject(shape: { readonly [name: string]: Shape }): object {
  const object = {};
  const names = ReflectOwnKeys(shape) as string[];
  for (let index = 0; index < names.length; index++) {
    const name = names[index]!;
    const member = shape[name]!;
    define(object, name, typeof member === "string" ? toFunction(member, name) : toObject(member));
  }
  return ObjectFreeze(object);
}

/** Answers the host's "__expose". Throws if a script has made the global its own for good. */
publishInternal("exposer", (data: readonly [name: string, shape: { readonly [name: string]: Shape }]): void => {
  define(global, data[0], toObject(data[1]));
});
