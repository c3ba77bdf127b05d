/**
 * Bundles code with npm packages for guests.
 *
 * @packageDocumentation
 */
export { bundleGuest } from "./bundle-guest.ts";
export { BundleError } from "./bundle-error.ts";
export type { BundleOptions, GuestBundle } from "./bundle-guest.ts";
export type { BundleProblem } from "./bundle-error.ts";
