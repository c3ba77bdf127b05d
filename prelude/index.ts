/**
 * The guest's platform. Runs once, while the snapshot is made, as the body of a function with one parameter, `op`.
 *
 * One file is one specification (or one part of a large one), with its URL at the top and its own names for algorithms;
 * it publishes its interfaces and operations by webidl/interfaces.ts. core/primordials.ts has the rules for code that
 * runs while a guest lives. Nothing here may depend on time, on chance or on an op: an isolate starts with hook
 * `start`.
 *
 * What is imported is in every isolate. Files that are named below are loaded by the isolates that use
 * them; see webidl/lazy.ts.
 */
import "./core/primordials.ts";
import "./errors/dom-exception.ts";
import "./events/events.ts";
import "./events/event-target.ts";
import "./scope/global-scope.ts";
import "./scope/error-reporting.ts";
import "./events/abort.ts";
import "./scope/console.ts";
import "./scope/html-base64.ts";
import "./timing/microtasks.ts";
import "./messaging/structured-clone.ts";
import "./timing/timers.ts";
import "./network/network.ts";
import { Op } from "./core/engine.ts";
import { hooks, compiledAhead } from "./hooks.ts";
import {
  expectFrom,
  publishLazyAttribute,
  publishLazyInterfaces,
  publishLazyInternal,
  publishLazyOperations,
} from "./webidl/lazy.ts";

publishLazyInterfaces(["BroadcastChannel"], "./messaging/broadcast-channel.ts");
publishLazyInterfaces(["CloseEvent"], "./network/close-event.ts");
publishLazyInterfaces(["CompressionStream", "DecompressionStream"], "./streams/compression.ts");
publishLazyInterfaces(["TextDecoder", "TextEncoder"], "./encoding/encoding.ts");
publishLazyInterfaces(["TextDecoderStream", "TextEncoderStream"], "./encoding/streams.ts");
publishLazyInterfaces(["Blob"], "./file-api/blob.ts");
publishLazyInterfaces(["File"], "./file-api/file.ts");
publishLazyInterfaces(["FileList"], "./file-api/file-list.ts");
publishLazyInterfaces(["FileReader", "FileReaderSync"], "./file-api/file-reader.ts");
publishLazyInterfaces(["FormData"], "./form-data/form-data.ts");
publishLazyInterfaces(["MessageEvent"], "./messaging/message-event.ts");
publishLazyInterfaces(["MessageChannel", "MessagePort"], "./messaging/message-port.ts");
publishLazyInterfaces(["ProgressEvent"], "./events/progress-event.ts");
publishLazyInterfaces(["QuotaExceededError"], "./errors/quota-exceeded-error.ts");
publishLazyInterfaces(["URLSearchParams"], "./url/search-params.ts");
publishLazyInterfaces(["URL"], "./file-api/blob-url.ts");
publishLazyInterfaces(["URLPattern"], "./url/url-pattern.ts");
publishLazyInterfaces(["WebSocket"], "./network/websocket.ts");
publishLazyInterfaces(["EventSource"], "./event-source/event-source.ts");

publishLazyInterfaces(["Crypto", "CryptoKey", "SubtleCrypto"], "./webcrypto/crypto.ts");
publishLazyAttribute("crypto", "./webcrypto/crypto.ts");

publishLazyInterfaces(["Headers"], "./fetch/headers.ts");
publishLazyInterfaces(["Request"], "./fetch/request.ts");
publishLazyInterfaces(["Response"], "./fetch/response.ts");
publishLazyOperations(["fetch"], "./fetch/fetch.ts");
expectFrom(["compileStreaming", "instantiateStreaming"], "./fetch/web-assembly.ts");

publishLazyInternal("console formatter", "./scope/console-format.ts");
publishLazyInternal("advancer", "./timing/advance.ts");
publishLazyInternal("exposer", "./exposed/exposed.ts");
publishLazyInternal("crossing", "./exposed/crossing.ts");
publishLazyInterfaces(["WorkerNavigator"], "./scope/navigator.ts");
publishLazyAttribute("navigator", "./scope/navigator.ts");

publishLazyInterfaces(
  [
    "Performance",
    "PerformanceEntry",
    "PerformanceMark",
    "PerformanceMeasure",
    "PerformanceObserver",
    "PerformanceObserverEntryList",
  ],
  "./performance/user-timing.ts",
);
publishLazyAttribute("performance", "./performance/user-timing.ts", true);

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

op(Op.SetHooks, hooks, compiledAhead);
