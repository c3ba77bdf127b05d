/** Functions of the host that a guest may call. */
import { ArgumentError } from "../contract/errors.ts";
import { EXPOSED_CALL } from "../contract/reserved-names.ts";
import { show } from "../contract/show.ts";
import type { Handles } from "../handles/handles.ts";
import { boundAs } from "./answer-bounds.ts";
import { nameHandler } from "./handler-names.ts";
import type { Handler } from "./listeners.ts";

/** What the guest is told of an object: the methods by which its functions are called. */
export interface Shape {
  readonly [name: string]: string | Shape;
}

/** An API, for the guest and for the host. */
export interface Described {
  readonly shape: Shape;
  /** By method. */
  readonly handlers: readonly (readonly [method: string, handler: Handler])[];
}

/** The APIs of one isolate. */
export class ExposedApis {
  readonly #handles: Handles;
  readonly #names = new Set<string>();
  #lastMethod = 0;

  /** @param handles - what crosses in arguments */
  constructor(handles: Handles) {
    this.#handles = handles;
  }

  /**
   * Reads an API as it is now.
   * @throws ArgumentError
   */
  describe(name: string, api: object): Described {
    if (this.#names.has(name)) {
      throw new ArgumentError(
        `expose(): ${show(name)} is exposed already. Expose all of it at once, or take another name.`,
      );
    }
    const handlers: [string, Handler][] = [];
    return { shape: this.#read(api, name, handlers, []), handlers };
  }

  /** The guest has it. */
  add(name: string): void {
    this.#names.add(name);
  }

  #read(api: object, name: string, handlers: [string, Handler][], above: readonly object[]): Shape {
    if (above.includes(api)) throw new ArgumentError(`expose(): ${name} leads back to itself.`);
    const members = Object.entries(api).map(([key, member]: [string, unknown]): [string, string | Shape] => {
      const path = `${name}.${key}`;
      if (typeof member === "function") {
        const method = EXPOSED_CALL + this.#lastMethod++;
        const handler = boundAs(member, toHandler(member, api, path, this.#handles));
        handlers.push([method, nameHandler(handler, path)]);
        return [key, method];
      }
      if (typeof member !== "object" || member === null || Array.isArray(member)) {
        const is = Array.isArray(member) ? "a list" : show(member);
        throw new ArgumentError(`expose(): ${path} must be a function, or an object with functions, but is ${is}.`);
      }
      return [key, this.#read(member, path, handlers, [...above, api])];
    });
    return Object.fromEntries(members);
  }
}

/** A request's context. */
interface Context {
  readonly isolate: object;
  readonly signal: AbortSignal;
}

/** What a function gets behind its arguments. Most never look at the signal, so it is made on demand. */
class Call {
  readonly isolate: object;
  readonly name: string;
  readonly #context: Context;

  constructor(context: Context, name: string) {
    this.isolate = context.isolate;
    this.name = name;
    this.#context = context;
  }

  get signal(): AbortSignal {
    return this.#context.signal;
  }
}

function toHandler(member: Function, owner: object, name: string, handles: Handles): Handler {
  return (data: unknown, context: Context): unknown => {
    const args = handles.argumentsOf(data, name);
    while (args.length < member.length - 1) args.push(undefined);
    args.push(new Call(context, name));
    return Reflect.apply(member, owner, args);
  };
}
