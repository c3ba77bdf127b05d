/**
 * Damaged messages: whatever comes, the decoder returns a value or throws a DecodeError. `FUZZ_SEED` repeats a run,
 * `FUZZ_ROUNDS` sets its length.
 */
import { expect, test } from "bun:test";
import { DecodeError, decodePair, decodeValue } from "../../lib/codec/index.ts";
import { GOLDENS } from "./goldens.ts";
import { bytesOf, encoded } from "./messages.ts";
import { EXPRESSIONS, evaluate } from "./values.ts";

const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32)) >>> 0;
const rounds = Number(process.env.FUZZ_ROUNDS ?? 40_000);
const ONE_MESSAGE_MS_MAX = 2000;

/** Mulberry32. */
function randomFrom(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const random = randomFrom(seed);
const corpus = [
  ...GOLDENS.map(([, hex]) => bytesOf(hex)),
  ...EXPRESSIONS.map((expression) => encoded(evaluate(expression))).filter((bytes) => bytes.length < 2000),
];
const TAGS = [..."-_0TFIUNZS\"c^o{A$a@DyxnzsR;:',B~Vr?tu\\pwm"].map((tag) => tag.charCodeAt(0));

function pick(): Uint8Array {
  return corpus[random(corpus.length)] as Uint8Array;
}

function damaged(): Uint8Array {
  const bytes = new Uint8Array(pick());
  const at = random(bytes.length);
  switch (random(7)) {
    case 0: {
      for (let i = random(8); i >= 0; i--) bytes[random(bytes.length)]! ^= 1 << random(8);
      return bytes;
    }
    case 1:
      return bytes.slice(0, at);
    case 2: {
      const other = pick();
      const cut = random(other.length);
      return Buffer.concat([bytes.subarray(0, at), other.subarray(cut, cut + random(40))]);
    }
    case 3: {
      const other = pick();
      return Buffer.concat([bytes.subarray(0, at), other.subarray(2), bytes.subarray(at)]);
    }
    case 4: {
      bytes[at] = TAGS[random(TAGS.length)] as number;
      return bytes;
    }
    case 5: {
      bytes.set([0xff, 0xff, 0xff, 0xff, 0x0f].slice(0, bytes.length - at), at);
      return bytes;
    }
    default: {
      const made = Uint8Array.from({ length: 2 + random(60) }, () =>
        random(3) ? (TAGS[random(TAGS.length)] ?? 0) : random(8),
      );
      made.set([0xff, 0x10]);
      return made;
    }
  }
}

test(
  `damaged messages (FUZZ_SEED=${seed} FUZZ_ROUNDS=${rounds})`,
  () => {
    console.log(`codec fuzz: FUZZ_SEED=${seed} FUZZ_ROUNDS=${rounds}`);
    let refused = 0;
    for (let round = 0; round < rounds; round++) {
      const bytes = damaged();
      const hex = (): string => `round ${round}: ${Buffer.from(bytes).toString("hex")}`;
      const started = performance.now();
      try {
        if (round & 1) decodePair(0, bytes, 0, bytes.length);
        else decodeValue(0, bytes, 0, bytes.length);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw new Error(hex(), { cause: error });
        refused++;
      }
      if (performance.now() - started > ONE_MESSAGE_MS_MAX) throw new Error(`slow, ${hex()}`);
    }
    expect(refused).toBeGreaterThan(0);
    expect(Object.keys(Object.prototype)).toEqual([]);
  },
  Infinity,
);
