/** What guests have and TypeScript's libraries have not, where a declaration beside theirs could not say so. */

/** Names for other lists than TypeScript's. */
export const aliases: Readonly<Record<string, string>> = {
  CompressionFormat: `"brotli" | "deflate" | "deflate-raw" | "gzip"`,
  KeyFormat: `"jwk" | "pkcs8" | "raw" | "raw-private" | "raw-public" | "raw-secret" | "raw-seed" | "spki"`,
  KeyUsage:
    `"decapsulateBits" | "decapsulateKey" | "decrypt" | "deriveBits" | "deriveKey" | "encapsulateBits" | ` +
    `"encapsulateKey" | "encrypt" | "sign" | "unwrapKey" | "verify" | "wrapKey"`,
};

/** Members of classes themselves. */
export const statics: Readonly<Record<string, string>> = {
  ReadableStream: `
    /**
     * The **\`ReadableStream.from()\`** static method returns a ReadableStream from a provided iterable or async iterable object.
     *
     * [MDN Reference](https://developer.mozilla.org/docs/Web/API/ReadableStream/from_static)
     */
    from<R>(asyncIterable: AsyncIterable<R> | Iterable<R | PromiseLike<R>>): ReadableStream<R>;`,
  SubtleCrypto: `
    /**
     * Whether an operation can be done with an algorithm: https://wicg.github.io/webcrypto-modern-algos/#SubtleCrypto-method-supports
     */
    supports(operation: string, algorithm: AlgorithmIdentifier, length?: number | null): boolean;
    supports(operation: string, algorithm: AlgorithmIdentifier, additionalAlgorithm: AlgorithmIdentifier): boolean;`,
  URLPattern: `
    /** Proposed: which of two patterns is less specific in a component, -1 the first, 1 the second, 0 neither. */
    compareComponent(component: URLPatternComponent, left: URLPattern, right: URLPattern): number;`,
};
