import Papa from "papaparse";

/** Reads a table whose first line has the names, numbers as numbers. */
export function read(text: string): unknown {
  const { data, errors, meta } = Papa.parse(text, { header: true, dynamicTyping: true, skipEmptyLines: true });
  return { data, errors, meta };
}

/** Reads it in pieces, as a long file would be, and stops after some rows. */
export function readSome(text: string): unknown[] {
  const rows: unknown[] = [];
  Papa.parse<string[]>(text, {
    chunkSize: 16,
    step: ({ data }, parser) => {
      if (rows.push(data) === 3) parser.abort();
    },
  });
  return rows;
}

/** Writes it, with whatever must be quoted in quotes. */
export function write(rows: Record<string, unknown>[]): string {
  return Papa.unparse(rows, { delimiter: ";", escapeFormulae: true });
}
