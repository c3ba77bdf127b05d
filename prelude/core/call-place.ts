/**
 * Where a guest called the platform: for errors that are made later, when none of the guest's code is on the stack. No web
 * specification; V8's stacks leave the prelude's own calls out.
 */
import { Op } from "./engine.ts";
import { NativeError } from "./primordials.ts";

/** The guest's call that is on the stack. */
export function callPlace(): object {
  return new NativeError();
}

/** Gives an error whose stack has no calls those of the place. @returns the error */
export function placed<T>(error: T, place: object | undefined): T {
  if (place !== undefined) op(Op.LendStack, error, place);
  return error;
}
