/**
 * The end of an evaluate: its completion value is awaited and answered.
 */
import { Op } from "./engine.ts";

/**
 * Hook 5. The language's own await: no guest's `then` is called but that of a thenable, and a `then` or `constructor`
 * that throws is an error to answer with, as is a value that cannot be cloned.
 */
export async function settleEvaluation(id: number, value: unknown): Promise<void> {
  try {
    op(Op.Reply, id, await value);
  } catch (error) {
    op(Op.ReplyError, id, error);
  }
}
