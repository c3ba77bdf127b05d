/**
 * MIME Sniffing: parsing a MIME type. https://mimesniff.spec.whatwg.org/#parsing-a-mime-type
 * Fetch: extracting one from headers. https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
 */
import { isToken, isWhitespace } from "./tokens.ts";
import {
  ReflectApply,
  SafeMap,
  StringPrototypeCharAt,
  StringPrototypeCharCodeAt,
  StringPrototypeSlice,
  StringPrototypeToLowerCase,
} from "./primordials.ts";

/** https://mimesniff.spec.whatwg.org/#mime-type-record; the parameters' names are in lower case. */
export interface MimeType {
  readonly type: string;
  readonly subtype: string;
  readonly parameters: SafeMap<string, string>;
}

function trim(text: string, leading: boolean): string {
  let start = 0;
  let end = text.length;
  while (leading && start < end && isWhitespace(text[start])) start++;
  while (end > start && isWhitespace(text[end - 1])) end--;
  return StringPrototypeSlice(text, start, end);
}

/** The place of a code unit, the text's end if there is none. */
function indexOf(text: string, unit: string, from: number): number {
  let index = from;
  while (index < text.length && text[index] !== unit) index++;
  return index;
}

/** Only https://mimesniff.spec.whatwg.org/#http-quoted-string-token-code-point. */
function isQuotable(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = StringPrototypeCharCodeAt(text, index);
    if (unit !== 9 && !(unit >= 0x20 && unit <= 0x7e) && !(unit >= 0x80 && unit <= 0xff)) return false;
  }
  return true;
}

/** https://fetch.spec.whatwg.org/#collect-an-http-quoted-string, its value; `end` is where it ends. */
function collectQuoted(text: string, start: number): { readonly value: string; readonly end: number } {
  let value = "";
  let index = start + 1;
  for (; index < text.length; index++) {
    if (text[index] === '"') return { value, end: index + 1 };
    if (text[index] === "\\" && index + 1 < text.length) index++;
    value += text[index]!;
  }
  return { value, end: index };
}

/** undefined: it is none. */
export function parseMimeType(input: string): MimeType | undefined {
  const text = trim(input, true);
  const slash = indexOf(text, "/", 0);
  const type = StringPrototypeSlice(text, 0, slash);
  const semicolon = indexOf(text, ";", slash);
  const subtype = trim(StringPrototypeSlice(text, slash + 1, semicolon), false);
  if (!isToken(type) || !isToken(subtype)) return undefined;
  const parameters = new SafeMap<string, string>();
  let position = semicolon + 1;
  while (position < text.length) {
    while (isWhitespace(StringPrototypeCharAt(text, position))) position++;
    const equals = indexOf(text, "=", position);
    const end = indexOf(text, ";", position);
    if (end <= equals) {
      position = end + 1;
      continue;
    }
    const name = StringPrototypeToLowerCase(StringPrototypeSlice(text, position, equals));
    let value: string;
    if (StringPrototypeCharAt(text, equals + 1) === '"') {
      const quoted = collectQuoted(text, equals + 1);
      value = quoted.value;
      position = indexOf(text, ";", quoted.end) + 1;
    } else {
      value = trim(StringPrototypeSlice(text, equals + 1, end), false);
      position = end + 1;
      if (value === "") continue;
    }
    if (isToken(name) && isQuotable(value) && !parameters.has(name)) parameters.set(name, value);
  }
  return { type: StringPrototypeToLowerCase(type), subtype: StringPrototypeToLowerCase(subtype), parameters };
}

/**
 * The type that the values of Content-Type come to, combined. undefined: none of them is one.
 * https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
 */
export function extractMimeType(values: string): MimeType | undefined {
  let found: MimeType | undefined;
  let charset: string | undefined;
  for (let start = 0; start <= values.length;) {
    const end = endOfValue(values, start);
    const type = parseMimeType(StringPrototypeSlice(values, start, end));
    start = end + 1;
    if (type === undefined || (type.type === "*" && type.subtype === "*")) continue;
    const own = type.parameters.get("charset");
    if (found === undefined || found.type !== type.type || found.subtype !== type.subtype) charset = own;
    else if (own === undefined && charset !== undefined) type.parameters.set("charset", charset);
    found = type;
  }
  return found;
}

/** Where the comma is that ends a value, or the text. https://fetch.spec.whatwg.org/#header-value-get-decode-and-split */
function endOfValue(values: string, start: number): number {
  let index = start;
  while (index < values.length && values[index] !== ",") {
    index = values[index] === '"' ? collectQuoted(values, index).end : index + 1;
  }
  return index;
}

/** https://mimesniff.spec.whatwg.org/#serialize-a-mime-type */
export function serializeMimeType({ type, subtype, parameters }: MimeType): string {
  let text = `${type}/${subtype}`;
  const append = (value: string, name: string): void => {
    text += `;${name}=${isToken(value) ? value : quote(value)}`;
  };
  ReflectApply(parameters.forEach, parameters, [append]);
  return text;
}

function quote(value: string): string {
  let text = '"';
  for (let index = 0; index < value.length; index++) {
    const unit = value[index]!;
    text += unit === '"' || unit === "\\" ? `\\${unit}` : unit;
  }
  return `${text}"`;
}
