/** The exceptions of Web Cryptography. */
import { DOMException } from "../errors/dom-exception.ts";

export function notSupported(message: string): DOMException {
  return new DOMException(message, "NotSupportedError");
}

export function invalidAccess(message: string): DOMException {
  return new DOMException(message, "InvalidAccessError");
}

export function syntaxError(message: string): DOMException {
  return new DOMException(message, "SyntaxError");
}

export function dataError(message: string): DOMException {
  return new DOMException(message, "DataError");
}

export function operationError(message: string): DOMException {
  return new DOMException(message, "OperationError");
}

/** A native operation's result. @throws OperationError if it has none */
export function succeeded<T>(result: T | undefined, what: string): T {
  if (result === undefined) throw operationError(`${what} failed`);
  return result;
}

/** A native import's result. @throws DataError if it has none */
export function decoded<T>(result: T | undefined, what: string): T {
  if (result === undefined) throw dataError(`The ${what} is not valid`);
  return result;
}
