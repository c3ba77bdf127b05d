/**
 * The end of an evaluate: its completion value is awaited and answered.
 */
import { Op } from "../core/engine.ts";
import { NativePromise, ObjectDefineProperty } from "../core/primordials.ts";

/**
 * Hook 5. The language's own await: no guest's `then` is called but that of a thenable, and a `then` or `constructor`
 * that throws is an error to answer with, as is a value that cannot be cloned.
 */
export async function settleEvaluation(id: number, value: unknown, filename: string): Promise<void> {
  try {
    op(Op.Reply, id, await value);
  } catch (error) {
    op(Op.ReplyError, id, error, filename);
  }
}

/**
 * Hook 12: the promise of a script with `await` at its top level, which nobody but the engine has. An await asks a promise
 * for its constructor; with one of its own it asks no prototype of the guest's.
 */
export async function followScript(
  promise: Promise<unknown>,
  fulfilled: (value: unknown) => void,
  rejected: (reason: unknown) => void,
): Promise<void> {
  ObjectDefineProperty(promise, "constructor", { __proto__: null, value: NativePromise });
  let value: unknown;
  try {
    value = await promise;
  } catch (reason) {
    rejected(reason);
    return;
  }
  fulfilled(value);
}
