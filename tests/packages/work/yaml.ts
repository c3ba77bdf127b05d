import { isMap, parseDocument, parseAllDocuments, stringify, parse, visit } from "yaml";

/** Reads YAML 1.2 with anchors, merges, tags and block scalars. */
export function read(text: string): unknown {
  return parse(text, { merge: true });
}

/** Changes a document and writes it again, its comments kept. */
export function edit(text: string): string {
  const document = parseDocument(text);
  document.setIn(["services", "web", "replicas"], 3);
  document.addIn(["services", "web", "ports"], 8443);
  visit(document, {
    Pair(_key, pair) {
      if (isMap(pair.value)) pair.value.flow = false;
    },
  });
  return String(document);
}

/** Problems of a stream of documents, with their places. */
export function problems(text: string): unknown[] {
  return parseAllDocuments(text).map((document) =>
    document.errors.map(({ code, message, linePos }) => ({ code, message, linePos })),
  );
}

/** Writes data as YAML. */
export function write(data: unknown): string {
  return stringify(data, { lineWidth: 60, sortMapEntries: true });
}
