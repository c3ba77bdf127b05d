/** The fuzzers: programs of this folder. The host's decoder has its own in tests/codec/fuzz.test.ts. */
export const FUZZERS = ["decoder.ts", "abi.ts", "guests.ts", "children.ts"];
