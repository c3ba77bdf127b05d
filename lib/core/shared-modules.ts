/** Modules of a template: first it is noted which an isolate has loaded, then others have those. */
import type { Modules } from "../contract/modules.ts";
import { SourceEncoding } from "../engine/engine.ts";
import type { TemplateHandle } from "../engine/engine.ts";
import { languageOf } from "../modules/languages.ts";
import type { ModuleText, Wanted } from "../modules/module-texts.ts";
import { nameOf } from "../modules/names.ts";

/** Before each text: u32 encoding, u32 length; texts are padded to 8. */
const HEAD_BYTES = 8;
const ALIGNMENT = 8;

/** Those of one template. */
export class SharedModules {
  readonly modules: Modules;
  /** By their URLs. */
  readonly texts = new Map<string, ModuleText>();
  /** The engine's, once it has them; 0: not yet. */
  handle: TemplateHandle = 0;
  /** What comes with an import: URL, format and text, or its number in the engine. Once the engine has them. */
  given: readonly (string | number)[] | undefined;
  readonly #lengthMax: number;
  #length = 0;

  /** @param lengthMax - UTF-16 code units of all texts: a guest may ask for ever more of them */
  constructor(modules: Modules, lengthMax: number) {
    this.modules = modules;
    this.#lengthMax = lengthMax;
  }

  /** Whether more was loaded than can be kept. */
  get isTooLarge(): boolean {
    return this.#length > this.#lengthMax;
  }

  /** What an isolate has loaded. What an attribute makes something else of is looked for anew each time. */
  record({ url, type }: Pick<Wanted, "url" | "type">, text: ModuleText): void {
    if (this.given !== undefined || this.texts.has(url)) return;
    if (type !== undefined && languageOf(nameOf(url)) !== type) return;
    this.#length += text.text.length;
    if (!this.isTooLarge) this.texts.set(url, text);
  }

  /** @returns the texts of code, as the engine takes them, in the order of their numbers; no bytes if there are none */
  encode(): Uint8Array {
    const code = [...this.texts.values()].filter(({ format }) => format === "js").map(({ text }) => encode(text));
    return Buffer.concat(code.flatMap(({ head, bytes, padding }) => [head, bytes, padding]));
  }

  /** The engine has them. */
  seal(handle: TemplateHandle): void {
    let count = 0;
    this.handle = handle;
    this.given = [...this.texts].flatMap(([url, { format, text }]) => [url, format, format === "js" ? count++ : text]);
  }
}

function encode(text: string): { head: Buffer; bytes: Buffer; padding: Buffer } {
  const isNarrow = !/[^\0-\xff]/.test(text);
  const bytes = Buffer.from(text, isNarrow ? "latin1" : "utf16le");
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(isNarrow ? SourceEncoding.Latin1 : SourceEncoding.Utf16, 0);
  head.writeUInt32LE(bytes.length, 4);
  return { head, bytes, padding: Buffer.alloc(-bytes.length & (ALIGNMENT - 1)) };
}
