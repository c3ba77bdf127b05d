/**
 * The guest's platform. Runs once, while the snapshot is made, as the body of a function with one parameter, `op`.
 *
 * One file is one specification (or one part of a large one), with its URL at the top and its own names for algorithms;
 * it publishes its interfaces and operations by webidl/interfaces.ts. primordials.ts has the rules for code that runs
 * while a guest lives. Nothing here may depend on time, on chance or on an op: an isolate starts with hook `start`.
 */
import "./primordials.ts";
import "./dom-exception.ts";
import "./events.ts";
import "./event-target.ts";
import "./global-scope.ts";
import "./error-reporting.ts";
import "./abort.ts";
import "./message-event.ts";
import "./close-event.ts";
import "./progress-event.ts";
import "./compression.ts";
import "./console.ts";
import "./crypto.ts";
import "./encoding.ts";
import "./encoding/streams.ts";
import "./hr-time.ts";
import "./html-base64.ts";
import "./microtasks.ts";
import "./navigator.ts";
import "./streams/readable-stream.ts";
import "./streams/transform-stream.ts";
import "./streams/writable-stream.ts";
import "./structured-clone.ts";
import "./timers.ts";
import "./url/url.ts";
import "./url/url-pattern.ts";
import "./message-port.ts";
import "./broadcast-channel.ts";
import "./file-api/blob.ts";
import "./file-api/file.ts";
import "./file-api/file-list.ts";
import "./file-api/file-reader.ts";
import "./form-data.ts";
import "./performance-timeline.ts";
import "./user-timing.ts";
import "./network.ts";
import "./websocket.ts";
import "./fetch/fetch.ts";
import "./event-source/event-source.ts";
import { Op } from "./engine.ts";
import { publishBlobUrls } from "./file-api/blob-url.ts";
import { captureStreams } from "./file-api/stream.ts";
import { hooks } from "./hooks.ts";

captureStreams();
publishBlobUrls();
op(Op.SetHooks, hooks);
