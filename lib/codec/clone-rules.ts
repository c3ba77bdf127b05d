/** What structured clone refuses, and what to send in its place. */
import { types } from "node:util";

/** What to do about objects of the platform, by the name of their class. */
const ADVICE: Readonly<Record<string, string>> = {
  AbortController: "pass the signal to the host call instead",
  AbortSignal: "pass it as the `signal` of the host call instead",
  Blob: "send `await blob.arrayBuffer()` (and its type)",
  File: "send `await file.arrayBuffer()` (with its name and type)",
  FormData: "send `[...formData]` with its files read",
  Headers: "send `Object.fromEntries(headers)`",
  Promise: "await it first",
  ReadableStream: "send what it holds: `await new Response(stream).bytes()`",
  Request: "send its url, method, `Object.fromEntries(request.headers)` and `await request.text()` or `.bytes()`",
  Response: "send its status, `Object.fromEntries(response.headers)` and `await response.text()` or `.bytes()`",
  SharedArrayBuffer: "memory is not shared with isolates; send a copy: `new Uint8Array(shared).slice()`",
  URL: "send `url.href`",
  URLSearchParams: "send `params.toString()` or `[...params]`",
  Proxy: "send a plain copy of its target",
};

/** Objects of the language whose class is not a global, by what Object.prototype.toString calls them. */
const NAMELESS = /^(?:(?:Intl|WebAssembly|Temporal)\.|(?:Async)?Generator$|.+ Iterator$|Iterator Helper$)/;

const toString = Object.prototype.toString;
const functionToString = Function.prototype.toString;

const NAME_LENGTH_MAX = 60;

/** What a function or symbol calls itself, in a message: " (name)" on its line, of bounded length; nothing if it has none. */
export function shownName(name: unknown): string {
  if (typeof name !== "string" || name === "") return "";
  const cut = name.length > NAME_LENGTH_MAX ? `${name.slice(0, NAME_LENGTH_MAX)}…` : name;
  return ` (${JSON.stringify(cut).slice(1, -1)})`;
}

/** The sentence that ends a refusal of such an object: "a Promise cannot be sent: await it first". */
export function refusalOf(name: string): string {
  const article = /^[AEIOU](?!RL)/.test(name) ? "an" : "a";
  const advice = ADVICE[name];
  return `${article} ${name} cannot be sent to an isolate${advice === undefined ? "" : `: ${advice}`}`;
}

/**
 * The name of the platform's class that makes an object unfit to be cloned, if one does. Objects of the program's own
 * classes are fit: they are cloned as plain objects.
 */
export function unfitClass(value: object): string | undefined {
  const tag = toString.call(value).slice(8, -1);
  if (tag === "Object") return undefined;
  if (NAMELESS.test(tag)) return tag;
  if (types.isPromise(value)) return "Promise";
  const type: unknown = (globalThis as Record<string, unknown>)[tag];
  // A class of the program's own may carry any Symbol.toStringTag.
  if (typeof type !== "function" || !(value instanceof type)) return undefined;
  return functionToString.call(type).includes("[native code]") ? tag : undefined;
}
