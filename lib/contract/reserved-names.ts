/** Methods by which a guest's platform and the library talk to each other: nobody else answers or asks them. */

/** A guest's fetch, when its platform asks, which can read the library's own answers. */
export const PLATFORM_FETCH = "__fetch";
/** The next piece of a body that is a stream, or null at its end. */
export const BODY_READ = "__body.read";
/** Gives such a body up. */
export const BODY_CANCEL = "__body.cancel";
/** Asks the guest to collect garbage, so that bodies which it can reach no more are given up. */
export const BODY_COLLECT = "__body.collect";

/** Gives the guest functions of the host. */
export const EXPOSE = "__expose";
/** With a number behind it: calls one of them. */
export const EXPOSED_CALL = "__call.";

/** Lets time go on in a guest whose clock is the host's. */
export const ADVANCE = "__advance";

/** Imports a module into the guest. */
export const IMPORT = "__import";
/** Calls an export of one. */
export const MODULE_CALL = "__module.call";
/** Asks the host for a module's text. */
export const MODULE = "__module";

/** Calls a function that a guest gave to the host. */
export const HANDLE_CALL = "__handle.call";
/** The next piece of a stream or generator: either side asks the other. */
export const HANDLE_NEXT = "__handle.next";
/** Gives up a function, stream or generator of the other side. */
export const HANDLE_END = "__handle.end";

/** All of them that have one name. */
export const reservedMethods: ReadonlySet<unknown> = new Set([
  ...[PLATFORM_FETCH, BODY_READ, BODY_CANCEL, BODY_COLLECT],
  ...[ADVANCE, EXPOSE, IMPORT, MODULE_CALL, MODULE, HANDLE_CALL, HANDLE_NEXT, HANDLE_END],
]);
