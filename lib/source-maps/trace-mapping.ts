/** The package that reads source maps. What is packed for users has it in itself: scripts/pack/compile.ts. */
export { AnyMap, originalPositionFor } from "@jridgewell/trace-mapping";
export { encode } from "@jridgewell/sourcemap-codec";
