/**
 * Encoding: everything but UTF-8. https://encoding.spec.whatwg.org/#legacy-multi-byte-chinese-(simplified)-encodings
 *
 * The engine has the decoders and their indexes. `replacement` is missing on purpose: a TextDecoder refuses it.
 */
import { Op } from "../core/engine.ts";
import { NativeUint8Array, newList } from "../core/primordials.ts";
import { type Decoder, registerEncoding } from "./encodings.ts";

class LegacyDecoder implements Decoder {
  readonly #encoding: number;
  readonly #fatal: boolean;
  /** What the engine keeps of a sequence that two chunks share. */
  readonly #state = new NativeUint8Array(8);

  constructor(encoding: number, fatal: boolean) {
    this.#encoding = encoding;
    this.#fatal = fatal;
  }

  decode(bytes: Uint8Array, last: boolean): string | undefined {
    return op(Op.LegacyDecode, this.#encoding, bytes, this.#fatal, last, this.#state);
  }
}

/** The engine's numbers, names and other labels. https://encoding.spec.whatwg.org/#names-and-labels */
const encodings: readonly (readonly [number: number, name: string, ...labels: string[]])[] = [
  [0, "utf-16le", "csunicode", "iso-10646-ucs-2", "ucs-2", "unicode", "unicodefeff", "utf-16"],
  [1, "utf-16be", "unicodefffe"],
  [2, "gb18030"],
  [3, "big5", "big5-hkscs", "cn-big5", "csbig5", "x-x-big5"],
  [4, "euc-jp", "cseucpkdfmtjapanese", "x-euc-jp"],
  [5, "iso-2022-jp", "csiso2022jp"],
  [6, "shift_jis", "csshiftjis", "ms932", "ms_kanji", "shift-jis", "sjis", "windows-31j", "x-sjis"],
  [
    7,
    "euc-kr",
    "cseuckr",
    "csksc56011987",
    "iso-ir-149",
    "korean",
    "ks_c_5601-1987",
    "ks_c_5601-1989",
    "ksc5601",
    "ksc_5601",
    "windows-949",
  ],
  [8, "x-user-defined"],
  [9, "ibm866", "866", "cp866", "csibm866"],
  [
    10,
    "iso-8859-2",
    "csisolatin2",
    "iso-ir-101",
    "iso8859-2",
    "iso88592",
    "iso_8859-2",
    "iso_8859-2:1987",
    "l2",
    "latin2",
  ],
  [
    11,
    "iso-8859-3",
    "csisolatin3",
    "iso-ir-109",
    "iso8859-3",
    "iso88593",
    "iso_8859-3",
    "iso_8859-3:1988",
    "l3",
    "latin3",
  ],
  [
    12,
    "iso-8859-4",
    "csisolatin4",
    "iso-ir-110",
    "iso8859-4",
    "iso88594",
    "iso_8859-4",
    "iso_8859-4:1988",
    "l4",
    "latin4",
  ],
  [
    13,
    "iso-8859-5",
    "csisolatincyrillic",
    "cyrillic",
    "iso-ir-144",
    "iso8859-5",
    "iso88595",
    "iso_8859-5",
    "iso_8859-5:1988",
  ],
  [
    14,
    "iso-8859-6",
    "arabic",
    "asmo-708",
    "csiso88596e",
    "csiso88596i",
    "csisolatinarabic",
    "ecma-114",
    "iso-8859-6-e",
    "iso-8859-6-i",
    "iso-ir-127",
    "iso8859-6",
    "iso88596",
    "iso_8859-6",
    "iso_8859-6:1987",
  ],
  [
    15,
    "iso-8859-7",
    "csisolatingreek",
    "ecma-118",
    "elot_928",
    "greek",
    "greek8",
    "iso-ir-126",
    "iso8859-7",
    "iso88597",
    "iso_8859-7",
    "iso_8859-7:1987",
    "sun_eu_greek",
  ],
  [
    16,
    "iso-8859-8",
    "csiso88598e",
    "csisolatinhebrew",
    "hebrew",
    "iso-8859-8-e",
    "iso-ir-138",
    "iso8859-8",
    "iso88598",
    "iso_8859-8",
    "iso_8859-8:1988",
    "visual",
  ],
  [17, "iso-8859-10", "csisolatin6", "iso-ir-157", "iso8859-10", "iso885910", "l6", "latin6"],
  [18, "iso-8859-13", "iso8859-13", "iso885913"],
  [19, "iso-8859-14", "iso8859-14", "iso885914"],
  [20, "iso-8859-15", "csisolatin9", "iso8859-15", "iso885915", "iso_8859-15", "l9"],
  [21, "iso-8859-16"],
  [22, "koi8-r", "cskoi8r", "koi", "koi8", "koi8_r"],
  [23, "koi8-u", "koi8-ru"],
  [24, "macintosh", "csmacintosh", "mac", "x-mac-roman"],
  [25, "windows-874", "dos-874", "iso-8859-11", "iso8859-11", "iso885911", "tis-620"],
  [26, "windows-1250", "cp1250", "x-cp1250"],
  [27, "windows-1251", "cp1251", "x-cp1251"],
  [
    28,
    "windows-1252",
    "ansi_x3.4-1968",
    "ascii",
    "cp1252",
    "cp819",
    "csisolatin1",
    "ibm819",
    "iso-8859-1",
    "iso-ir-100",
    "iso8859-1",
    "iso88591",
    "iso_8859-1",
    "iso_8859-1:1987",
    "l1",
    "latin1",
    "us-ascii",
    "x-cp1252",
  ],
  [29, "windows-1253", "cp1253", "x-cp1253"],
  [
    30,
    "windows-1254",
    "cp1254",
    "csisolatin5",
    "iso-8859-9",
    "iso-ir-148",
    "iso8859-9",
    "iso88599",
    "iso_8859-9",
    "iso_8859-9:1989",
    "l5",
    "latin5",
    "x-cp1254",
  ],
  [31, "windows-1255", "cp1255", "x-cp1255"],
  [32, "windows-1256", "cp1256", "x-cp1256"],
  [33, "windows-1257", "cp1257", "x-cp1257"],
  [34, "windows-1258", "cp1258", "x-cp1258"],
  [35, "x-mac-cyrillic", "x-mac-ukrainian"],
  [2, "gbk", "chinese", "csgb2312", "csiso58gb231280", "gb2312", "gb_2312", "gb_2312-80", "iso-ir-58", "x-gbk"],
  [16, "iso-8859-8-i", "csiso88598i", "logical"],
];

for (let index = 0; index < encodings.length; index++) {
  const row = encodings[index]!;
  const number = row[0];
  const name = row[1];
  const labels = newList<string>();
  for (let column = 1; column < row.length; column++) labels[column - 1] = row[column] as string;
  const createDecoder = (fatal: boolean): Decoder => new LegacyDecoder(number, fatal);
  registerEncoding({ name, byteOrderMark: number <= 1, createDecoder }, labels);
}
