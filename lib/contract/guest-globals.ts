/** What every guest finds on its global object and above. tests/guest/exposed.test.ts compares it with a guest. */
export const guestGlobals: ReadonlySet<unknown> = new Set(
  (
    "AbortController AbortSignal AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array " +
    "BigUint64Array Blob Boolean BroadcastChannel ByteLengthQueuingStrategy CloseEvent CompressionStream " +
    "CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DataView Date DecompressionStream DisposableStack " +
    "Error ErrorEvent EvalError Event EventSource EventTarget File FileList FileReader FileReaderSync " +
    "FinalizationRegistry Float16Array Float32Array Float64Array FormData Function Headers Infinity Int16Array " +
    "Int32Array Int8Array Intl Iterator JSON Map Math MessageChannel MessageEvent MessagePort NETWORK NaN Number " +
    "Object Performance PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver " +
    "PerformanceObserverEntryList ProgressEvent Promise PromiseRejectionEvent Proxy QuotaExceededError RangeError " +
    "ReadableByteStreamController ReadableStream ReadableStreamBYOBReader ReadableStreamBYOBRequest " +
    "ReadableStreamDefaultController ReadableStreamDefaultReader ReferenceError Reflect RegExp Request Response Set " +
    "String SubtleCrypto SuppressedError Symbol SyntaxError Temporal TextDecoder TextDecoderStream TextEncoder " +
    "TextEncoderStream TransformStream TransformStreamDefaultController TypeError URIError URL URLPattern " +
    "URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly " +
    "WebSocket WorkerGlobalScope WorkerNavigator WritableStream WritableStreamDefaultController " +
    "WritableStreamDefaultWriter __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ __proto__ " +
    "addEventListener atob btoa clearInterval clearTimeout console constructor crossOriginIsolated crypto decodeURI " +
    "decodeURIComponent dispatchEvent encodeURI encodeURIComponent escape eval fetch globalThis hasOwnProperty " +
    "isFinite isNaN isPrototypeOf isSecureContext navigator onerror onlanguagechange onoffline ononline " +
    "onrejectionhandled onunhandledrejection origin parseFloat parseInt performance propertyIsEnumerable " +
    "queueMicrotask removeEventListener reportError self setInterval setTimeout structuredClone toLocaleString " +
    "toString undefined unescape valueOf"
  ).split(" "),
);
