// https://encoding.spec.whatwg.org/#interface-textdecoderstream and the encodings that are not UTF-8.
import { describe, expect, test } from "bun:test";
import { TextDecoder as ReferenceDecoder } from "@exodus/bytes/encoding.js";
import { createGuest, run, thrown } from "./guest.ts";

describe("TextEncoderStream and TextDecoderStream", () => {
  test("keep characters whole that chunks cut", async () => {
    expect(
      await run(`
        const encoded = ReadableStream.from(["a\\ud83d", "\\ude00", "", "é", "\\ud800"]).pipeThrough(new TextEncoderStream());
        const bytes = (await Array.fromAsync(encoded)).flatMap((chunk) => [...chunk]);
        const decoded = ReadableStream.from(bytes.map((byte) => new Uint8Array([byte]))).pipeThrough(new TextDecoderStream());
        return [bytes.map((byte) => byte.toString(16)).join(" "), await Array.fromAsync(decoded)]`),
    ).toEqual(["61 f0 9f 98 80 c3 a9 ef bf bd", ["a", "😀", "é", "\ufffd"]]);
  });

  test("have attributes, and errors of their own", async () => {
    expect(
      await run(`${thrown}
        const stream = new TextDecoderStream("latin1", { fatal: true, ignoreBOM: true });
        const fails = async (chunks, decoder) => {
          try { await Array.fromAsync(ReadableStream.from(chunks).pipeThrough(decoder)); return "no error"; } catch (error) { return error.constructor.name; }
        };
        return [stream.encoding, stream.fatal, stream.ignoreBOM, new TextEncoderStream().encoding, Object.prototype.toString.call(stream),
          thrown(() => new TextDecoderStream("nope")), TextDecoderStream.length, TextEncoderStream.length,
          await fails(["text"], new TextDecoderStream()), await fails([new Uint8Array([0xff])], new TextDecoderStream("utf-8", { fatal: true })),
          await fails([new Uint8Array([0xe2])], new TextDecoderStream("utf-8", { fatal: true }))]`),
    ).toEqual([
      "windows-1252",
      true,
      true,
      "utf-8",
      "[object TextDecoderStream]",
      "RangeError",
      0,
      0,
      "TypeError",
      "TypeError",
      "TypeError",
    ]);
  });
});

const encodings = [
  ...[
    "utf-16le",
    "utf-16be",
    "gb18030",
    "gbk",
    "big5",
    "euc-jp",
    "iso-2022-jp",
    "shift_jis",
    "euc-kr",
    "x-user-defined",
  ],
  ...["ibm866", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8"],
  ...["iso-8859-8-i", "iso-8859-10", "iso-8859-13", "iso-8859-14", "iso-8859-15", "iso-8859-16", "koi8-r", "koi8-u"],
  ...["macintosh", "windows-874", "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254"],
  ...["windows-1255", "windows-1256", "windows-1257", "windows-1258", "x-mac-cyrillic"],
];

/** Every pair of bytes after an ASCII one, then bytes in no order: what is well-formed and what is not. */
function sample(): Uint8Array {
  const pairs = 256 * 256;
  const bytes = new Uint8Array(pairs * 3 + 100_000);
  for (let pair = 0; pair < pairs; pair++) bytes.set([0x2e, pair >> 8, pair & 0xff], pair * 3);
  let state = 1;
  for (let at = pairs * 3; at < bytes.length; at++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    // Mostly what escapes, leads and trails are made of.
    bytes[at] =
      (state >>> 16) % 3 === 0 ? [0x1b, 0x24, 0x28, 0x42, 0x4a, 0x49, 0x30, 0x8f][(state >>> 20) & 7]! : state >>> 24;
  }
  return bytes;
}

describe("encodings", () => {
  const bytes = sample();

  test.each(encodings)("%s decodes as the reference does, in one piece and in many", async (encoding) => {
    const guest = await createGuest();
    guest.onRequest("bytes", () => bytes);
    const [name, whole, pieces] = await run<string[]>(
      `const bytes = await NETWORK.request("bytes");
      const decoder = new TextDecoder("${encoding}");
      const stream = new TextDecoder("${encoding}");
      let pieces = "";
      for (let at = 0; at < bytes.length; at += 7001) pieces += stream.decode(bytes.subarray(at, at + 7001), { stream: true });
      return [decoder.encoding, decoder.decode(bytes), pieces + stream.decode()]`,
      guest,
    );
    const expected = new ReferenceDecoder(encoding as ConstructorParameters<typeof ReferenceDecoder>[0]).decode(bytes);
    expect(name).toBe(encoding);
    expect(whole === expected).toBe(true);
    expect(pieces === expected).toBe(true);
  });

  test("are strict when they are fatal, and go on afterwards", async () => {
    expect(
      await run(`${thrown}
        const cases = { "utf-16le": [0, 0xd8, 0, 0], big5: [0x81, 0xff], "euc-jp": [0x8f, 0xa1], shift_jis: [0xa0], "euc-kr": [0xff],
          gb18030: [0x81, 0x30, 0x81], "iso-2022-jp": [0x1b, 0x24], "windows-1253": [0xaa] };
        return Object.entries(cases).map(([label, bytes]) => {
          const decoder = new TextDecoder(label, { fatal: true });
          const fine = label.startsWith("utf-16") ? [0x41, 0] : [0x41];
          return [thrown(() => decoder.decode(new Uint8Array(bytes))), decoder.decode(new Uint8Array(fine))].join()
        })`),
    ).toEqual(Array.from({ length: 8 }, () => "TypeError,A"));
  });

  test("are found by their labels; replacement is none", async () => {
    expect(
      await run(`${thrown}
        return [...["ascii", " SJIS ", "x-gbk", "csBig5", "unicode", "logical", "utf-16", "l2"].map((label) => new TextDecoder(label).encoding),
          thrown(() => new TextDecoder("replacement")), thrown(() => new TextDecoder("hz-gb-2312"))]`),
    ).toEqual([
      "windows-1252",
      "shift_jis",
      "gbk",
      "big5",
      "utf-16le",
      "iso-8859-8-i",
      "utf-16le",
      "iso-8859-2",
      "RangeError",
      "RangeError",
    ]);
  });
});
