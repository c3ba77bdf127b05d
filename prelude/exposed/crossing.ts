/**
 * Values in which something crosses to the host as a number: taken apart before they are sent, put together when they have
 * come. No web specification; the host's part is lib/handles/.
 */
import {
  ObjectDefineProperty,
  ObjectGetPrototypeOf,
  ObjectPrototype,
  ReflectApply,
  ReflectGetOwnPropertyDescriptor,
  ReflectOwnKeys,
  SafeMap,
  isArray,
  newArray,
  newList,
} from "../core/primordials.ts";
import { answerInternally, codedError } from "../network/network.ts";
import { publishInternal } from "../webidl/interfaces.ts";
import { keepForHost, keptFunction, next, release } from "./guest-side.ts";
import { fromHost } from "./host-sources.ts";

/** What is sent for a value: a copy with null where something is to be put, and what that is. */
export interface Apart {
  readonly value: unknown;
  readonly handles: readonly Sent[];
}

/** Kind, number and place of one. */
export type Sent = readonly [kind: number, id: number, path: readonly (string | number)[]];

/** What exposed.ts asks for when it is needed. */
export interface Crossing {
  takeApart(value: unknown): Apart | undefined;
  putTogether(value: unknown, handles: unknown): unknown;
  drop(apart: Apart): void;
}

/** In one value; the host takes no more. */
const handlesMax = 1000;
const depthMax = 64;
const nodesMax = 100_000;

/** Whether a value is looked into: nothing that is more than its properties. */
function isContainer(value: object): boolean {
  if (isArray(value)) return true;
  const prototype = ObjectGetPrototypeOf(value);
  return prototype === null || prototype === ObjectPrototype;
}

/** One value that is taken apart. */
class Taking {
  readonly handles = newList<Sent>();
  readonly #copies = new SafeMap<object, object>();
  readonly #path = newList<string | number>();
  #nodes = 0;

  copy(part: unknown): unknown {
    if ((typeof part !== "object" && typeof part !== "function") || part === null) return part;
    const known = this.#copies.get(part);
    if (known !== undefined) return known;
    if (this.handles.length < handlesMax) {
      const kept = keepForHost(part);
      if (kept !== undefined) {
        this.handles[this.handles.length] = newArray<unknown>([kept.kind, kept.id, newArray(this.#path)]) as never;
        return null;
      }
    }
    if (this.#path.length >= depthMax || !isContainer(part)) return part;
    return this.#copyMembers(part);
  }

  /** With the place it is at, for the members' own. */
  #copyMembers(container: object): object {
    const isList = isArray(container);
    const keys = ReflectOwnKeys(container);
    this.#nodes += keys.length;
    if (this.#nodes > nodesMax) return container;
    const made: object = isList ? [] : {};
    if (isList) (made as unknown[]).length = container.length;
    this.#copies.set(container, made);
    const depth = this.#path.length;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!;
      if (typeof key !== "string" || !ReflectGetOwnPropertyDescriptor(container, key)?.enumerable) continue;
      this.#path[depth] = key;
      put(made, key, this.copy((container as Record<string, unknown>)[key]));
    }
    this.#path.length = depth;
    return made;
  }
}

function put(container: object, key: string | number, value: unknown): void {
  ObjectDefineProperty(container, key, {
    __proto__: null,
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

/** undefined: there is nothing in it that crosses so. What throws on the way, a getter for instance, is the caller's. */
function takeApart(value: unknown): Apart | undefined {
  const taking = new Taking();
  try {
    const copied = taking.copy(value);
    if (taking.handles.length === 0) return undefined;
    return { value: copied, handles: newArray(taking.handles) };
  } catch (error) {
    dropAll(taking.handles);
    throw error;
  }
}

/** The host's own, so that it is not checked: each place is of own properties. */
function putTogether(value: unknown, handles: unknown): unknown {
  const list = handles as readonly Sent[];
  let whole = value;
  for (let index = 0; index < list.length; index++) {
    const sent = list[index]!;
    const made = fromHost(sent[0], sent[1]);
    const path = sent[2];
    if (path.length === 0) {
      whole = made;
      continue;
    }
    let container = whole as Record<string | number, unknown>;
    for (let step = 0; step < path.length - 1; step++) container = container[path[step]!] as typeof container;
    put(container, path[path.length - 1]!, made);
  }
  return whole;
}

function dropAll(handles: readonly Sent[]): void {
  for (let index = 0; index < handles.length; index++) release(handles[index]![1]);
}

/** The host calls a function of the guest's: its number, and the arguments. */
async function call(data: unknown): Promise<unknown> {
  const asked = data as readonly [id: unknown, args: unknown];
  const kept = keptFunction(asked[0]);
  if (kept === undefined) throw codedError("The guest's function has been disposed of.", "ERR_DISPOSED");
  const { 1: sent } = asked;
  const args = isArray(sent) ? sent : putTogether((sent as Apart).value, (sent as Apart).handles);
  const result = await ReflectApply(kept, undefined, args as readonly unknown[]);
  const apart = takeApart(result);
  return apart === undefined ? [result] : [apart.value, apart.handles];
}

answerInternally("__handle.call", call);
answerInternally("__handle.next", next);
answerInternally("__handle.end", (ids) => {
  const list = ids as readonly unknown[];
  for (let index = 0; index < list.length; index++) release(list[index]);
});

const crossing: Crossing = { takeApart, putTogether, drop: (apart) => dropAll(apart.handles) };

publishInternal("crossing", crossing);
