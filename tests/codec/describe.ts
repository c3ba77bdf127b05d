/** Values as text, with everything that structured clone keeps: two values are alike if their descriptions are. */

/** Types, values, own keys, holes, prototypes' names and shared identity of all that a value holds. */
export function describeValue(value: unknown, seen = new Map<object, number>()): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value !== "object" || value === null) return String(value);
  const known = seen.get(value);
  if (known !== undefined) return `^${known}`;
  seen.set(value, seen.size);
  const inner = (part: unknown): string => describeValue(part, seen);
  const type = Object.prototype.toString.call(value).slice(8, -1);
  if (ArrayBuffer.isView(value)) return `${type}(${inner(value.buffer)}, ${value.byteOffset}, ${value.byteLength})`;
  if (value instanceof ArrayBuffer) {
    return `${type}[${new Uint8Array(value).toString()}${value.resizable ? `; max ${value.maxByteLength}` : ""}]`;
  }
  if (value instanceof Date) return `Date ${value.getTime()}`;
  if (value instanceof RegExp) return String(value);
  if (value instanceof Error) return describeError(value, inner);
  if (value instanceof Map) return `Map{${[...value].map(([k, v]) => `${inner(k)} => ${inner(v)}`).join(", ")}}`;
  if (value instanceof Set) return `Set{${[...value].map(inner).join(", ")}}`;
  if (/^(Number|String|Boolean|BigInt)$/.test(type)) return `Object(${inner(value.valueOf())})`;
  const properties = Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}: ${inner(part)}`);
  return `${type}${Array.isArray(value) ? value.length : ""}{${properties.join(", ")}}`;
}

function describeError(error: Error, inner: (part: unknown) => string): string {
  const prototype = Object.getPrototypeOf(error) as Error;
  const cause = Object.hasOwn(error, "cause") ? `, cause ${inner(error.cause)}` : "";
  const enumerable = Object.keys(error).join();
  return `${prototype.name}(${inner(error.message)}${cause})${enumerable}`;
}
