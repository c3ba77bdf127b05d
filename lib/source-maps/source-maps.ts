/** Where the code of one guest was before it became what the guest runs. */
import type { CodeLanguage } from "../modules/module-texts.ts";
import { toJavaScript } from "../modules/module-texts.ts";
import { align } from "./alignment.ts";
import { alignedMap } from "./aligned-map.ts";
import { inlineMap } from "./inline-map.ts";
import { readMap } from "./map-file.ts";
import type { Locate, Place } from "./place.ts";

/** A text that a guest runs. */
export interface MappedSource {
  /** As its author wrote it. */
  readonly text: string;
  readonly language: CodeLanguage;
  /** Whether it is the body of an async function. */
  readonly isBody?: boolean | undefined;
  /** JSON; undefined: what the text itself ends with. */
  readonly sourceMap?: string | undefined;
  /** Lines and columns that the author counts before the text. */
  readonly lineOffset?: number | undefined;
  readonly columnOffset?: number | undefined;
}

interface Entry {
  readonly source: MappedSource;
  /** What it takes to keep it, and to read it. */
  readonly size: number;
  readonly cost: number;
  readonly read: () => Locate | undefined;
}

/** UTF-16 code units of texts and maps that are kept for a guest. The oldest go first. */
const KEPT_LENGTH_MAX = 32 * 1024 * 1024;
/** Of those that are kept as they were read, which takes many times as much. */
const READ_LENGTH_MAX = 4 * 1024 * 1024;
/** Of all that are read because of what a guest throws and shows, each as often as it is. */
const READ_EVER_MAX = 64 * 1024 * 1024;
/** Of a text whose words are matched, and how much longer that takes than to read a map. */
const ALIGNED_LENGTH_MAX = 512 * 1024;
const ALIGNED_COST = 8;

/** The maps of one guest. */
export class SourceMaps {
  readonly #entries = new Map<string, Entry>();
  readonly #read = new Map<Entry, Locate | undefined>();
  #kept = 0;
  #readLength = 0;
  #readEver = 0;

  /** Whether there is anything to be found. */
  get any(): boolean {
    return this.#entries.size > 0;
  }

  /** What runs under this name from now on. */
  set(file: string, source: MappedSource): void {
    this.drop(file);
    const entry = toEntry(source);
    if (!entry || entry.size > KEPT_LENGTH_MAX) return;
    this.#entries.set(file, entry);
    this.#kept += entry.size;
    for (const oldest of this.#entries.keys()) {
      if (this.#kept <= KEPT_LENGTH_MAX) return;
      this.drop(oldest);
    }
  }

  /** Where a place was; undefined: where it is. Of what is thrown and shown, lines and columns from 1. */
  readonly find = (file: string, line: number, column: number): Place | undefined => {
    const entry = this.#entries.get(file);
    if (!entry) return undefined;
    const { lineOffset = 0, columnOffset = 0 } = entry.source;
    const row = line - lineOffset;
    const found = this.#locate(entry)?.(row, row === 1 ? column - columnOffset : column);
    // A place in the same text is where its author counts it.
    if (!found || found.file !== undefined) return found;
    return { line: found.line + lineOffset, column: found.line === 1 ? found.column + columnOffset : found.column };
  };

  #locate(entry: Entry): Locate | undefined {
    if (this.#read.has(entry)) return this.#read.get(entry);
    this.#readEver += entry.cost;
    if (this.#readEver > READ_EVER_MAX) return undefined;
    const locate = entry.read();
    this.#read.set(entry, locate);
    this.#readLength += entry.cost;
    for (const oldest of this.#read.keys()) {
      if (this.#readLength <= READ_LENGTH_MAX || oldest === entry) break;
      this.#forget(oldest);
    }
    return locate;
  }

  /** As a source map of one source, named as the file; undefined: there is none. For those who debug: not kept. */
  toJson(file: string): string | undefined {
    const entry = this.#entries.get(file);
    if (!entry) return undefined;
    const { text, language, sourceMap = inlineMap(text), lineOffset = 0, columnOffset = 0 } = entry.source;
    if (language === "js") return sourceMap;
    return alignedMap(file, text, toJavaScript(text, language), lineOffset, columnOffset);
  }

  #forget(entry: Entry): void {
    if (this.#read.delete(entry)) this.#readLength -= entry.cost;
  }

  /** What runs under this name from now on is what was written. */
  drop(file: string): void {
    const entry = this.#entries.get(file);
    if (!entry) return;
    this.#entries.delete(file);
    this.#forget(entry);
    this.#kept -= entry.size;
  }
}

function toEntry(source: MappedSource): Entry | undefined {
  const { text, language, isBody, sourceMap = inlineMap(text) } = source;
  if (language !== "js") {
    if (text.length > ALIGNED_LENGTH_MAX) return undefined;
    const read = (): Locate => align(text, toJavaScript(text, language, isBody));
    return { source, size: text.length, cost: text.length * ALIGNED_COST, read };
  }
  if (sourceMap === undefined) return undefined;
  // The text is not needed any more.
  return {
    source: { ...source, text: "" },
    size: sourceMap.length,
    cost: sourceMap.length,
    read: () => readMap(sourceMap),
  };
}
