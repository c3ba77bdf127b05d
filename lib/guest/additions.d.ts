// What guests have of the Web platform and TypeScript's libraries have not.

interface Blob {
  /** The bytes as UTF-8 text, piece by piece: https://w3c.github.io/FileAPI/#dom-blob-textstream */
  textStream(): ReadableStream<string>;
}

interface Body {
  /** The body as UTF-8 text, piece by piece. */
  textStream(): ReadableStream<string>;
}

interface Request {
  /** Always `"half"`. */
  readonly duplex: "half";
  /** Always false: nobody navigates in a guest. */
  readonly isHistoryNavigation: boolean;
  /** Always false: nobody navigates in a guest. */
  readonly isReloadNavigation: boolean;
}

interface RequestInit {
  /** Needed where the body is a stream. */
  duplex?: "half";
}

interface MessagePortEventMap {
  close: Event;
}

interface MessagePort {
  /** The other port was closed, or is gone. */
  onclose: ((this: MessagePort, ev: Event) => any) | null;
}

interface PerformanceEntry {
  /** Number of the entry in this isolate. */
  readonly id: number;
  /** Always 0: nobody navigates in a guest. */
  readonly navigationId: number;
}

interface QuotaExceededErrorOptions {
  quota?: number;
  requested?: number;
}

/** A DOMException of something that was more than allowed: https://webidl.spec.whatwg.org/#quotaexceedederror */
interface QuotaExceededError extends DOMException {
  /** What is allowed; null if that is not said. */
  readonly quota: number | null;
  /** What was asked for; null if that is not said. */
  readonly requested: number | null;
}

declare var QuotaExceededError: {
  prototype: QuotaExceededError;
  new (message?: string, options?: QuotaExceededErrorOptions): QuotaExceededError;
};

type URLPatternComponent = "hash" | "hostname" | "password" | "pathname" | "port" | "protocol" | "search" | "username";

interface URLPattern {
  /** Proposed: the component with its groups filled in. */
  generate(component: URLPatternComponent, groups: Record<string, string>): string;
}

interface EncapsulatedBits {
  ciphertext: ArrayBuffer;
  sharedKey: ArrayBuffer;
}

interface EncapsulatedKey {
  ciphertext: ArrayBuffer;
  sharedKey: CryptoKey;
}

/** Ed448, ML-DSA. */
interface ContextParams extends Algorithm {
  context?: BufferSource;
}

/** KMAC128, KMAC256. */
interface KmacParams extends Algorithm {
  customization?: BufferSource;
  /** In bits. */
  outputLength: number;
}

/** KMAC128, KMAC256: length in bits. */
interface KmacKeyParams extends Algorithm {
  length?: number;
}

/** cSHAKE128, cSHAKE256, KT128, KT256, TurboSHAKE128, TurboSHAKE256. */
interface ExtendableDigestParams extends Algorithm {
  customization?: BufferSource;
  domainSeparation?: number;
  functionName?: BufferSource;
  /** In bits. */
  outputLength: number;
}

/** Argon2d, Argon2i, Argon2id. */
interface Argon2Params extends Algorithm {
  associatedData?: BufferSource;
  /** In KiB. */
  memory: number;
  nonce: BufferSource;
  parallelism: number;
  passes: number;
  secretValue?: BufferSource;
  version?: number;
}

/** The modern algorithms: https://wicg.github.io/webcrypto-modern-algos/ */
interface SubtleCrypto {
  /** A shared key as bits, and what the owner of the private key gets the same from: ML-KEM. */
  encapsulateBits(algorithm: AlgorithmIdentifier, encapsulationKey: CryptoKey): Promise<EncapsulatedBits>;
  /** A shared key, and what the owner of the private key gets the same from: ML-KEM. */
  encapsulateKey(
    algorithm: AlgorithmIdentifier,
    encapsulationKey: CryptoKey,
    sharedKeyAlgorithm: AlgorithmIdentifier | AesDerivedKeyParams | HmacImportParams | KmacKeyParams,
    extractable: boolean,
    keyUsages: Iterable<KeyUsage>,
  ): Promise<EncapsulatedKey>;
  /** The shared key as bits, by the private key. */
  decapsulateBits(
    algorithm: AlgorithmIdentifier,
    decapsulationKey: CryptoKey,
    ciphertext: BufferSource,
  ): Promise<ArrayBuffer>;
  /** The shared key, by the private key. */
  decapsulateKey(
    algorithm: AlgorithmIdentifier,
    decapsulationKey: CryptoKey,
    ciphertext: BufferSource,
    sharedKeyAlgorithm: AlgorithmIdentifier | AesDerivedKeyParams | HmacImportParams | KmacKeyParams,
    extractable: boolean,
    keyUsages: Iterable<KeyUsage>,
  ): Promise<CryptoKey>;
  /** The public half of a private key. */
  getPublicKey(key: CryptoKey, keyUsages: Iterable<KeyUsage>): Promise<CryptoKey>;
  digest(algorithm: ExtendableDigestParams, data: BufferSource): Promise<ArrayBuffer>;
  sign(algorithm: ContextParams | KmacParams, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer>;
  verify(
    algorithm: ContextParams | KmacParams,
    key: CryptoKey,
    signature: BufferSource,
    data: BufferSource,
  ): Promise<boolean>;
  deriveBits(algorithm: Argon2Params, baseKey: CryptoKey, length: number): Promise<ArrayBuffer>;
  deriveKey(
    algorithm: Argon2Params,
    baseKey: CryptoKey,
    derivedKeyType: AlgorithmIdentifier | AesDerivedKeyParams | HmacImportParams | KmacKeyParams,
    extractable: boolean,
    keyUsages: Iterable<KeyUsage>,
  ): Promise<CryptoKey>;
}
