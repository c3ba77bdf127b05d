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

/** Imports a module into the guest. */
export const IMPORT = "__import";
/** Calls an export of one. */
export const MODULE_CALL = "__module.call";
/** Asks the host for a module's text. */
export const MODULE = "__module";

/** All of them that have one name. */
export const reservedMethods: ReadonlySet<unknown> = new Set([
  ...[PLATFORM_FETCH, BODY_READ, BODY_CANCEL, BODY_COLLECT],
  ...[EXPOSE, IMPORT, MODULE_CALL, MODULE],
]);
