/** Methods by which a guest's platform and the library talk of fetch: nobody else answers or asks them. */

/** A guest's fetch, when its platform asks, which can read the library's own answers. */
export const PLATFORM_FETCH = "__fetch";
/** The next piece of a body that is a stream, or null at its end. */
export const BODY_READ = "__body.read";
/** Gives such a body up. */
export const BODY_CANCEL = "__body.cancel";
/** Asks the guest to collect garbage, so that bodies which it can reach no more are given up. */
export const BODY_COLLECT = "__body.collect";

/** All of them. */
export const reservedMethods: ReadonlySet<unknown> = new Set([PLATFORM_FETCH, BODY_READ, BODY_CANCEL, BODY_COLLECT]);
