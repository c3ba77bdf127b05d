import { readFileSync } from "node:fs";

const SECTION_DYNSYM = 11;
const SYMBOL_BYTES = 24;

export interface DynamicSymbols {
  readonly defined: string[];
  readonly undefined: string[];
}

/** What a shared library of 64 bits, little-endian, exports and imports. https://refspecs.linuxfoundation.org/elf/gabi4+/ */
export function dynamicSymbols(path: string): DynamicSymbols {
  const file = readFileSync(path);
  if (file.toString("latin1", 0, 6) !== "\x7fELF\x02\x01") throw new Error(`${path} is no such library`);
  const sections = Number(file.readBigUInt64LE(0x28));
  const [size, count] = [file.readUInt16LE(0x3a), file.readUInt16LE(0x3c)];
  const section = (index: number): { type: number; offset: number; size: number; link: number } => {
    const at = sections + index * size;
    const long = (offset: number): number => Number(file.readBigUInt64LE(at + offset));
    return {
      type: file.readUInt32LE(at + 4),
      offset: long(0x18),
      size: long(0x20),
      link: file.readUInt32LE(at + 0x28),
    };
  };
  const table = Array.from({ length: count }, (_, index) => section(index)).find(({ type }) => type === SECTION_DYNSYM);
  if (table === undefined) throw new Error(`${path} has no dynamic symbols`);
  const names = section(table.link).offset;
  const symbols: DynamicSymbols = { defined: [], undefined: [] };
  // The first is always the null symbol.
  for (let at = table.offset + SYMBOL_BYTES; at < table.offset + table.size; at += SYMBOL_BYTES) {
    const start = names + file.readUInt32LE(at);
    const name = file.toString("latin1", start, file.indexOf(0, start));
    const isDefined = file.readUInt16LE(at + 6) !== 0;
    (isDefined ? symbols.defined : symbols.undefined).push(name);
  }
  return symbols;
}
