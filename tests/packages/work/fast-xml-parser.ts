import { XMLBuilder, XMLParser, XMLValidator } from "fast-xml-parser";

const options = { ignoreAttributes: false, attributeNamePrefix: "@", cdataPropName: "#cdata", preserveOrder: true };

/** Reads XML with attributes, entities and CDATA. */
export function read(text: string): unknown {
  return new XMLParser({ ...options, preserveOrder: false, processEntities: true }).parse(text);
}

/** Reads it and writes it again, in its own order. */
export function roundTrip(text: string): string {
  return new XMLBuilder({ ...options, format: true, suppressEmptyNode: true }).build(
    new XMLParser(options).parse(text) as object,
  );
}

/** Whether it is well formed, or what is wrong where. */
export function validate(text: string): unknown {
  return XMLValidator.validate(text);
}
