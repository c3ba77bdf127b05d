/** Values in which something crosses as a number: taken apart before they are sent, put together when they have come. */
import { ArgumentError } from "../contract/errors.ts";

/** What a number stands for. */
export const Kind = { Function: 0, Stream: 1, Iterator: 2 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** Where in a value it is. */
export type Path = readonly (string | number)[];

/** One of them, as it crosses. */
export type Sent = readonly [kind: Kind, id: number, path: Path];

/** A value that was taken apart. */
export interface Apart {
  /** A copy, with null where something is to be put. */
  readonly value: unknown;
  readonly handles: readonly Sent[];
}

/** In one value. */
const HANDLES_MAX = 1000;
const DEPTH_MAX = 64;
/** Objects, lists and what is in them. */
const NODES_MAX = 100_000;

/**
 * @param offer - what to send for an object, if it is one of those
 * @returns undefined if there is none of them, or if there is too much to look for them
 */
export function takeApart(
  value: unknown,
  offer: (object: object) => readonly [kind: Kind, id: number] | undefined,
): Apart | undefined {
  const handles: Sent[] = [];
  const copies = new Map<object, object>();
  let nodes = 0;
  const copy = (part: unknown, path: Path): unknown => {
    if ((typeof part !== "object" && typeof part !== "function") || part === null) return part;
    const known = copies.get(part);
    if (known) return known;
    if (handles.length < HANDLES_MAX) {
      const offered = offer(part);
      if (offered) {
        handles.push([...offered, path]);
        return null;
      }
    }
    if (path.length >= DEPTH_MAX || !isContainer(part)) return part;
    const entries = Object.entries(part);
    nodes += entries.length;
    if (nodes > NODES_MAX) return part;
    const made: object = Array.isArray(part) ? new Array<unknown>(part.length) : {};
    copies.set(part, made);
    for (const [key, member] of entries)
      put(made, key, copy(member, [...path, Array.isArray(part) ? Number(key) : key]));
    return made;
  };
  const copied = copy(value, []);
  return handles.length > 0 ? { value: copied, handles } : undefined;
}

/**
 * @param value - what a guest sent, decoded
 * @param handles - what it says is in it: unchecked
 * @param make - what a number stands for
 * @returns the value
 * @throws ArgumentError if that is not what the guest's platform says; what `make` throws
 */
export function putTogether(
  value: unknown,
  handles: unknown,
  make: (kind: Kind, id: number, path: Path) => unknown,
): unknown {
  if (!Array.isArray(handles) || handles.length > HANDLES_MAX) throw malformed();
  let whole = value;
  for (let index = 0; index < handles.length; index++) {
    const { kind, id, path } = toSent(handles[index]);
    const made = make(kind, id, path);
    if (path.length === 0) whole = made;
    else put(containerAt(whole, path), path.at(-1)!, made);
  }
  return whole;
}

/** The numbers in what a guest says is in a value, as far as they are. */
export function idsOf(handles: unknown): number[] {
  const ids: number[] = [];
  if (!Array.isArray(handles) || handles.length > HANDLES_MAX) return ids;
  for (let index = 0; index < handles.length; index++) {
    const sent: unknown = handles[index];
    const id: unknown = Array.isArray(sent) ? sent[1] : undefined;
    if (typeof id === "number") ids.push(id);
  }
  return ids;
}

function toSent(sent: unknown): { kind: Kind; id: number; path: Path } {
  if (!Array.isArray(sent) || sent.length !== 3) throw malformed();
  const [kind, id, path] = sent as unknown[];
  if (kind !== Kind.Function && kind !== Kind.Stream && kind !== Kind.Iterator) throw malformed();
  if (typeof id !== "number" || !Array.isArray(path) || path.length > DEPTH_MAX) throw malformed();
  for (let index = 0; index < path.length; index++) {
    const step: unknown = path[index];
    if (typeof step !== "string" && typeof step !== "number") throw malformed();
  }
  return { kind, id, path: path as Path };
}

/** The object or list that has the last step of a path: each step is of its own properties. */
function containerAt(value: unknown, path: Path): object {
  let found = value;
  for (let index = 0; index < path.length; index++) {
    if (typeof found !== "object" || found === null || !isContainer(found)) throw malformed();
    if (!Object.hasOwn(found, path[index]!)) throw malformed();
    if (index === path.length - 1) return found;
    found = (found as Record<PropertyKey, unknown>)[path[index]!];
  }
  throw malformed();
}

function put(container: object, key: string | number, value: unknown): void {
  Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true });
}

/** What is looked into: nothing that is more than its properties. */
function isContainer(object: object): boolean {
  if (Array.isArray(object)) return true;
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === null || prototype === Object.prototype;
}

function malformed(): ArgumentError {
  return new ArgumentError("What the guest sent with its functions and streams is not what its platform sends.");
}
