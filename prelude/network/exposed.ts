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
import { abortStateOf } from "../events/abort-state.ts";
import { publishInternal } from "../webidl/interfaces.ts";
import { sendRequest } from "./network.ts";

/** The method by which a function is called, or the functions below a name. */
type Shape = string | { readonly [name: string]: Shape };

function define(target: object, key: string, value: unknown): void {
  ObjectDefineProperty(target, key, { __proto__: null, value, writable: false, enumerable: true, configurable: false });
}

/** An AbortSignal that comes last is no argument: it gives the call up. */
function takeSignal(args: unknown[]): ReturnType<typeof abortStateOf> {
  const last = args.length - 1;
  const signal = last < 0 ? undefined : abortStateOf(args[last]);
  if (signal !== undefined) args.length = last;
  return signal;
}

function toFunction(method: string, name: string): Function {
  // A method is no constructor.
  const { call } = {
    call(...args: unknown[]): Promise<unknown> {
      const { promise, resolve, reject } = PromiseWithResolvers<unknown>();
      try {
        const request = sendRequest(method, args, takeSignal(args), resolve, reject);
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
