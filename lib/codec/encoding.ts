/** How a payload is written. The numbers are those of NR_ENCODING_* in engine/include/network_runtime.h; tests/abi compares. */
export const Encoding = {
  /** V8's wire format, version 16; a pair is two values in a row. */
  Wire: 0,
  /** JSON text, one byte a character (ISO-8859-1); a pair is a two-element array. */
  JsonLatin1: 1,
  /** JSON text, UTF-16LE. */
  JsonUtf16: 2,
  /** JSON text, UTF-8. */
  JsonUtf8: 3,
} as const;
/** One of {@link Encoding}. */
export type Encoding = (typeof Encoding)[keyof typeof Encoding];
