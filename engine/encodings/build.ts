/**
 * Writes the indexes of the Encoding Standard as C++: `bun engine/encodings/build.ts OUT.cc`.
 * https://encoding.spec.whatwg.org/#indexes
 *
 * A library that has them in a packed form decodes every pointer's bytes; as constants of the engine they cost an
 * isolate nothing. encoding_tables.h declares what is written here.
 */
import { writeFileSync } from "node:fs";
import { TextDecoder } from "@exodus/bytes/encoding.js";

/** In the order of the numbers in prelude/encoding/legacy.ts. */
const singleByte = [
  "ibm866",
  "iso-8859-2",
  "iso-8859-3",
  "iso-8859-4",
  "iso-8859-5",
  "iso-8859-6",
  "iso-8859-7",
  "iso-8859-8",
  "iso-8859-10",
  "iso-8859-13",
  "iso-8859-14",
  "iso-8859-15",
  "iso-8859-16",
  "koi8-r",
  "koi8-u",
  "macintosh",
  "windows-874",
  "windows-1250",
  "windows-1251",
  "windows-1252",
  "windows-1253",
  "windows-1254",
  "windows-1255",
  "windows-1256",
  "windows-1257",
  "windows-1258",
  "x-mac-cyrillic",
];

/** Gives the code point of a sequence, 0 if there is none (no index maps anything to U+0000) or more than one. */
function pointerDecoder(encoding: string): (...bytes: number[]) => number {
  const decoder = new TextDecoder(encoding, { fatal: true });
  return (...bytes) => {
    try {
      const characters = [...decoder.decode(new Uint8Array(bytes))];
      return characters.length === 1 ? characters[0]!.codePointAt(0)! : 0;
    } catch {
      return 0;
    }
  };
}

function index(length: number, codePoint: (pointer: number) => number): number[] {
  return Array.from({ length }, (_, pointer) => codePoint(pointer));
}

/** A row of trail bytes with a gap at 0x7f. */
function trail(offset: number, gap: number): number {
  return offset + (offset < 0x7f - 0x40 ? 0x40 : gap);
}

const shiftJis = pointerDecoder("shift_jis");
const jis0208 = index(11280, (pointer) => {
  // The range that Shift_JIS maps to the private use area is not the index's.
  if (pointer >= 8836 && pointer <= 10715) return 0;
  const lead = Math.floor(pointer / 188);
  return shiftJis(lead + (lead < 0x1f ? 0x81 : 0xc1), trail(pointer % 188, 0x41));
});
const eucJp = pointerDecoder("euc-jp");
const jis0212 = index(8836, (pointer) => eucJp(0x8f, 0xa1 + Math.floor(pointer / 94), 0xa1 + (pointer % 94)));
const eucKr = pointerDecoder("euc-kr");
const kr = index(23940, (pointer) => eucKr(0x81 + Math.floor(pointer / 190), 0x41 + (pointer % 190)));
const big5Decoder = pointerDecoder("big5");
const big5 = index(19782, (pointer) => big5Decoder(0x81 + Math.floor(pointer / 157), trail(pointer % 157, 0x62)));
const gb18030Decoder = pointerDecoder("gb18030");
const gb18030 = index(23940, (pointer) => gb18030Decoder(0x81 + Math.floor(pointer / 190), trail(pointer % 190, 0x41)));

/** https://encoding.spec.whatwg.org/#index-gb18030-ranges: where code points stop to follow one another. */
function gb18030Ranges(): number[] {
  const ranges: number[] = [];
  let expected = -1;
  for (let pointer = 0; pointer < 39420; pointer++) {
    const fourth = pointer % 10;
    const third = Math.floor(pointer / 10) % 126;
    const second = Math.floor(pointer / 1260) % 10;
    const first = Math.floor(pointer / 12600);
    const codePoint = gb18030Decoder(first + 0x81, second + 0x30, third + 0x81, fourth + 0x30);
    if (codePoint === 0) throw new Error(`gb18030 has no pointer ${pointer}`);
    if (codePoint !== expected) ranges.push(pointer, codePoint);
    expected = codePoint + 1;
  }
  return ranges;
}

function array(type: string, name: string, values: readonly number[]): string {
  const mapped = values.filter((value) => value !== 0).length;
  if (mapped < values.length / 4) throw new Error(`${name} maps only ${mapped} of ${values.length} pointers`);
  return `extern const ${type} ${name}[${values.length}] = {${values.join(",")}};\n`;
}

const [out, ...extra] = process.argv.slice(2);
if (out === undefined || extra.length > 0) {
  console.error("usage: bun engine/encodings/build.ts OUT.cc");
  process.exit(2);
}
const ranges = gb18030Ranges();
const single = singleByte.flatMap((encoding) => {
  const codePoint = pointerDecoder(encoding);
  return index(128, (pointer) => codePoint(0x80 + pointer));
});
const text = [
  "#include <cstddef>\n#include <cstdint>\n\nnamespace nr {\n",
  array("uint16_t", "kJis0208", jis0208),
  array("uint16_t", "kJis0212", jis0212),
  array("uint16_t", "kEucKr", kr),
  array("uint32_t", "kBig5", big5),
  array("uint16_t", "kGb18030", gb18030),
  array("uint16_t", "kGb18030Ranges", ranges),
  `extern const size_t kGb18030RangesLength = ${ranges.length};\n`,
  array("uint16_t", "kSingleByte", single),
  "}  // namespace nr\n",
];
writeFileSync(out, text.join(""));
