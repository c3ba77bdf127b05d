/** Handlers of the library's own that keep no bytes of the data they get: then they are not copied for them. */

const borrowers = new WeakSet<object>();

/** Marks a handler as one of these. */
export function borrowing<Handler extends object>(handler: Handler): Handler {
  borrowers.add(handler);
  return handler;
}

/** Whether a handler is one of these. */
export function isBorrowing(handler: object): boolean {
  return borrowers.has(handler);
}
