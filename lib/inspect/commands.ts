/** Commands of Chrome's DevTools protocol, as far as it matters how they are carried out. */
import type { Manner } from "../core/inspector-sessions.ts";

/** A command, as it goes to the engine: what else was in its text is left out. */
export interface Command {
  readonly id: number;
  readonly method: string;
  readonly params: object | undefined;
}

/** What is wrong with a text, in the words and numbers of JSON-RPC. */
export interface BadCommand {
  readonly id?: number;
  readonly code: -32700 | -32600;
  readonly problem: string;
}

/** Ids are V8's integers. */
const ID_MAX = 2 ** 31 - 1;
const METHOD = /^[A-Za-z]{1,40}\.[A-Za-z]{1,80}$/;

/** What runs the guest's code: for that the guest pays, and it waits for the end of a turn. */
const GUESTS: ReadonlySet<string> = new Set([
  "Runtime.evaluate",
  "Runtime.callFunctionOn",
  "Runtime.runScript",
  "Runtime.awaitPromise",
  "Runtime.getProperties",
  "Runtime.compileScript",
  "Debugger.evaluateOnCallFrame",
  "Debugger.setScriptSource",
  "Debugger.restartFrame",
  "Debugger.setVariableValue",
]);

const GUESTS_MANNER: Manner = { interrupts: false, isEngines: false };
const ENGINES_MANNER: Manner = { interrupts: true, isEngines: true };

export function mannerOf(method: string): Manner {
  return GUESTS.has(method) ? GUESTS_MANNER : ENGINES_MANNER;
}

/** @param text - a client's, who may write anything */
export function parseCommand(text: string): Command | BadCommand {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { code: -32700, problem: "The message is not JSON" };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { code: -32600, problem: "The message is not an object" };
  }
  const { id, method, params } = value as Record<string, unknown>;
  if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id > ID_MAX) {
    return { code: -32600, problem: "The message has no integer 'id' from 0 to 2147483647" };
  }
  if (typeof method !== "string" || !METHOD.test(method)) {
    return { id, code: -32600, problem: "The message has no 'method' of the form 'Domain.name'" };
  }
  if (params !== undefined && (typeof params !== "object" || params === null || Array.isArray(params))) {
    return { id, code: -32600, problem: "The message's 'params' are not an object" };
  }
  return { id, method, params: params as object | undefined };
}

/** @returns an answer, as JSON */
export function answer(id: number, result: object = {}): string {
  return JSON.stringify({ id, result });
}

/** @returns the same that something went wrong */
export function failure(code: number, message: string, id?: number): string {
  return JSON.stringify({ ...(id !== undefined && { id }), error: { code, message } });
}

/** @returns of which command a message is the answer; undefined: of none */
export function answeredId(text: string): number | undefined {
  const [, id] = /^\{"id":(\d+),/.exec(text.slice(0, 24)) ?? [];
  return id === undefined ? undefined : Number(id);
}
