/** Source maps, indexed ones too. https://tc39.es/ecma426/ What is read of one is bounded before it is handed on. */
import type { SectionedSourceMap, SourceMapInput, TraceMap } from "@jridgewell/trace-mapping";
import type { Locate } from "./place.ts";

type TraceMapping = typeof import("./trace-mapping.ts");

/** UTF-16 code units of one, as JSON. */
export const MAP_LENGTH_MAX = 16 * 1024 * 1024;
/** Mappings and lines: what is kept of each takes some hundred bytes. */
const SEGMENTS_MAX = 500_000;
const SECTIONS_MAX = 1000;
const SOURCES_MAX = 100_000;
/** Of a source's name. */
const NAME_LENGTH_MAX = 1024;

let traceMapping: TraceMapping | undefined;

/** Loaded with the first map. */
function load(): TraceMapping {
  return (traceMapping ??= require("./trace-mapping.js") as TraceMapping);
}

/** @returns where places were; undefined: it is no map, or too large a one */
export function readMap(json: string): Locate | undefined {
  try {
    const read = toBounded(JSON.parse(json.replace(/^\)\]\}'[^\n]*\n/, "")));
    if (!read) return undefined;
    const { AnyMap, originalPositionFor } = load();
    const map: TraceMap = new AnyMap(read.map);
    return (line, column) => {
      const found = originalPositionFor(map, { line, column: Math.max(column - 1, 0) });
      if (found.source === null || found.line === null) return undefined;
      return { file: plainName(read.root + found.source), line: found.line, column: found.column + 1 };
    };
  } catch {
    // Whatever is wrong with it: places stay what they are.
    return undefined;
  }
}

/** A map with only what is used of it, and what goes before the names of its sources. */
interface Bounded {
  readonly map: SourceMapInput | SectionedSourceMap;
  readonly root: string;
}

/** What is left to be read. */
interface Room {
  segments: number;
  sources: number;
}

function toBounded(value: unknown): Bounded | undefined {
  const room = { segments: SEGMENTS_MAX, sources: SOURCES_MAX };
  const { sections, sourceRoot } = value as { sections?: unknown; sourceRoot?: unknown };
  // Of the library's own it would go into each of the sources' names.
  const root =
    typeof sourceRoot === "string" && sourceRoot !== ""
      ? `${sourceRoot.slice(0, NAME_LENGTH_MAX).replace(/\/$/, "")}/`
      : "";
  if (sections === undefined) {
    const map = toPlain(value, room);
    return map && { map, root };
  }
  if (!Array.isArray(sections) || sections.length > SECTIONS_MAX) return undefined;
  const bounded = sections.map((section: unknown) => toSection(section, room));
  if (bounded.includes(undefined)) return undefined;
  return { map: { version: 3, sections: bounded } as SectionedSourceMap, root };
}

function toSection(
  section: unknown,
  room: Room,
): { offset: { line: number; column: number }; map: object } | undefined {
  const { offset, map } = section as { offset?: { line?: unknown; column?: unknown }; map?: unknown };
  const { line, column } = offset ?? {};
  // The library makes an entry for each line before it.
  if (!isCount(line, SEGMENTS_MAX) || !isCount(column, 0x7fff_ffff)) return undefined;
  const plain = toPlain(map, room);
  return plain && { offset: { line, column }, map: plain };
}

function isCount(value: unknown, max: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max;
}

function toPlain(value: unknown, room: Room): (SourceMapInput & object) | undefined {
  const { mappings, sources } = value as { mappings?: unknown; sources?: unknown };
  if (typeof mappings !== "string" || !Array.isArray(sources)) return undefined;
  room.sources -= sources.length;
  room.segments -= countSegments(mappings, room.segments);
  if (room.sources < 0 || room.segments < 0) return undefined;
  const names = sources.map((source: unknown) =>
    typeof source === "string" ? source.slice(0, NAME_LENGTH_MAX) : null,
  );
  return { version: 3, mappings, sources: names, names: [] };
}

/** Counts no further than to one more than there may be. */
function countSegments(mappings: string, max: number): number {
  let count = 1;
  for (let at = 0; at < mappings.length && count <= max; at++) {
    const code = mappings.charCodeAt(at);
    // Commas and semicolons.
    if (code === 0x2c || code === 0x3b) count++;
  }
  return count;
}

/** A name in one line. */
function plainName(name: string): string {
  return name.replace(/[\0-\x1f\x7f\u2028\u2029]/g, "");
}
