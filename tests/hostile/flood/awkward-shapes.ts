// Values of awkward shapes that the host decodes: none of them holds up its event loop.
import { holdUp, ways } from "../awkward.ts";

/** What costs time to decode. */
const decoded: Record<string, string> = {
  "too many elements": "new Array(2_000_000).fill(1)",
  "too many keys": "Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => ['k' + i, 'v']))",
  "keys far apart": "Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [(i * 7919) % 4294967291, 'v']))",
  objects: "Array.from({ length: 200_000 }, (_, i) => ({ i }))",
  "a very long string": "'x'.repeat(30_000_000)",
  "a long string of wide characters": "'\\u4e00'.repeat(10_000_000)",
  "many bytes": "new Uint8Array(30_000_000)",
  "a BigInt that is too large": "(1n << 20_000_000n) - 1n",
  BigInts: "new Array(200).fill((1n << 1_048_000n) - 1n)",
  "a Set": "new Set(Array.from({ length: 130_000 }, (_, i) => 'v' + i))",
  "a deep one": "Array.from({ length: 900 }).reduce((inner) => [inner], 1)",
  "named groups": "new RegExp(Array.from({ length: 4000 }, (_, i) => `(?<n${i}>)`).join(''))",
  "regular expressions": "Array.from({ length: 20_000 }, (_, i) => new RegExp('a' + i))",
  buffers: "Array.from({ length: 50_000 }, () => new ArrayBuffer(1))",
  errors: "Array.from({ length: 20_000 }, () => new Error('e'))",
};

await holdUp(decoded, ways);
