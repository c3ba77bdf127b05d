/** What of web-platform-tests concerns a guest, and what of that is left out. */
import { Glob } from "bun";

/** The folders (and single files) whose tests are run, each a line of docs/conformance.md. */
export const areas: readonly string[] = [
  "FileAPI",
  "WebCryptoAPI",
  "compression",
  "console",
  "dom/abort",
  "dom/events",
  "dom/idlharness.any.js",
  "encoding",
  "eventsource",
  "fetch/api/abort",
  "fetch/api/basic",
  "fetch/api/body",
  "fetch/api/credentials",
  "fetch/api/headers",
  "fetch/api/idlharness.https.any.js",
  "fetch/api/redirect",
  "fetch/api/request",
  "fetch/api/response",
  "fetch/content-type",
  "fetch/data-urls",
  "fetch/range",
  "hr-time",
  "html/dom/idlharness.any.js",
  "html/infrastructure/safe-passing-of-structured-data",
  "html/webappapis/atob",
  "html/webappapis/microtask-queuing",
  "html/webappapis/scripting",
  "html/webappapis/structured-clone",
  "html/webappapis/timers",
  "performance-timeline",
  "streams",
  "url",
  "urlpattern",
  "user-timing",
  "wasm/jsapi",
  "webidl",
  "webmessaging",
  "websockets",
];

/** Tests that are not run, with the reason. Globs over paths from the checkout's root, with or without a variant. */
export const leftOut: Readonly<Record<string, string>> = {
  "{FileAPI/url/url-with-xhr,encoding/replacement-encodings,encoding/unsupported-encodings}.any.js":
    "XMLHttpRequest is not offered",
  "fetch/{api/cors,api/policies,http-cache,metadata,orb,security}/**":
    "about what browsers keep between origins and in caches: in a guest's place the host decides",
  "fetch/api/abort/cache.https.any.js": "the Cache API is not offered: caches are the host's",
  "fetch/api/basic/http-response-code.any.js": "about the connections of a browser: they are the host's",
  "fetch/api/{basic/{request-upload,status},redirect/redirect-upload}.h2.any.js":
    "about HTTP/2: the connection is the host's",
  "html/webappapis/scripting/processing-model-2/**": "about SharedArrayBuffer and the agents of other globals",
  "streams/readable-streams/owning-type-video-frame.any.js": "VideoFrame (WebCodecs) is not offered",
  "websockets/{Create-on-worker-shutdown,bufferedAmount-unchanged-by-sync-xhr}.any.js":
    "Worker and XMLHttpRequest are not offered",
  "websockets/mixed-content.https.any.js": "about pages that were loaded over TLS",
  "websockets/**[?]{wss,wpt_flags=h2}": "the same tests over TLS and HTTP/2: the connection is the host's",
  "websockets/stream/**": "WebSocketStream is not offered",
};

const leftOutGlobs = Object.entries(leftOut).map(([glob, reason]) => ({ glob: new Glob(glob), reason }));

/** The area of a test file. */
export function areaOf(file: string): string {
  return areas.find((area) => file === area || file.startsWith(`${area}/`)) ?? "other";
}

/** Why a test is left out, or undefined: it is run. */
export function whyLeftOut(test: { readonly file: string; readonly id: string }): string | undefined {
  return leftOutGlobs.find(({ glob }) => glob.match(test.file) || glob.match(test.id))?.reason;
}
