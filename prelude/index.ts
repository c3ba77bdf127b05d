/**
 * The guest's platform. Runs once, while the snapshot is made, as the body of a function with one parameter, `op`.
 *
 * One file is one specification (or one part of a large one), with its URL at the top and its own names for algorithms;
 * it publishes its interfaces and operations by webidl/interfaces.ts. primordials.ts has the rules for code that runs
 * while a guest lives. Nothing here may depend on time, on chance or on an op: an isolate starts with hook `start`.
 *
 * What is imported is in every isolate. Files that are named below are loaded by the isolates that use
 * them; see lazy.ts.
 */
import "./primordials.ts";
import "./dom-exception.ts";
import "./events.ts";
import "./event-target.ts";
import "./global-scope.ts";
import "./error-reporting.ts";
import "./abort.ts";
import "./console.ts";
import "./html-base64.ts";
import "./microtasks.ts";
import "./structured-clone.ts";
import "./timers.ts";
import "./network.ts";
import { Op } from "./engine.ts";
import { hooks } from "./hooks.ts";
import { publishLazyAttribute, publishLazyInterfaces, publishLazyOperations } from "./lazy.ts";

publishLazyInterfaces(["BroadcastChannel"], "./broadcast-channel.ts");
publishLazyInterfaces(["CloseEvent"], "./close-event.ts");
publishLazyInterfaces(["CompressionStream", "DecompressionStream"], "./compression.ts");
publishLazyInterfaces(["TextDecoder", "TextEncoder"], "./encoding.ts");
publishLazyInterfaces(["TextDecoderStream", "TextEncoderStream"], "./encoding/streams.ts");
publishLazyInterfaces(["Blob"], "./file-api/blob.ts");
publishLazyInterfaces(["File"], "./file-api/file.ts");
publishLazyInterfaces(["FileList"], "./file-api/file-list.ts");
publishLazyInterfaces(["FileReader", "FileReaderSync"], "./file-api/file-reader.ts");
publishLazyInterfaces(["FormData"], "./form-data.ts");
publishLazyInterfaces(["MessageEvent"], "./message-event.ts");
publishLazyInterfaces(["MessageChannel", "MessagePort"], "./message-port.ts");
publishLazyInterfaces(["ProgressEvent"], "./progress-event.ts");
publishLazyInterfaces(["QuotaExceededError"], "./quota-exceeded-error.ts");
publishLazyInterfaces(["URLSearchParams"], "./url/search-params.ts");
publishLazyInterfaces(["URL"], "./file-api/blob-url.ts");
publishLazyInterfaces(["URLPattern"], "./url/url-pattern.ts");
publishLazyInterfaces(["WebSocket"], "./websocket.ts");
publishLazyInterfaces(["EventSource"], "./event-source/event-source.ts");

publishLazyInterfaces(["Crypto", "CryptoKey", "SubtleCrypto"], "./crypto.ts");
publishLazyAttribute("crypto", "./crypto.ts");

publishLazyInterfaces(["Headers"], "./fetch/headers.ts");
publishLazyInterfaces(["Request"], "./fetch/request.ts");
publishLazyInterfaces(["Response"], "./fetch/response.ts");
publishLazyOperations(["fetch"], "./fetch/fetch.ts");

publishLazyInterfaces(["WorkerNavigator"], "./navigator.ts");
publishLazyAttribute("navigator", "./navigator.ts");

publishLazyInterfaces(
  [
    "Performance",
    "PerformanceEntry",
    "PerformanceMark",
    "PerformanceMeasure",
    "PerformanceObserver",
    "PerformanceObserverEntryList",
  ],
  "./user-timing.ts",
);
publishLazyAttribute("performance", "./user-timing.ts", true);

publishLazyInterfaces(
  [
    "ByteLengthQueuingStrategy",
    "CountQueuingStrategy",
    "ReadableByteStreamController",
    "ReadableStream",
    "ReadableStreamBYOBReader",
    "ReadableStreamBYOBRequest",
    "ReadableStreamDefaultController",
    "ReadableStreamDefaultReader",
    "TransformStream",
    "TransformStreamDefaultController",
    "WritableStream",
    "WritableStreamDefaultController",
    "WritableStreamDefaultWriter",
  ],
  "./streams/index.ts",
);

op(Op.SetHooks, hooks);
