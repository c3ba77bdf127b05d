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
  "fetch/api/abort",
  "fetch/api/basic",
  "fetch/api/body",
  "fetch/api/headers",
  "fetch/api/idlharness.https.any.js",
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
  "FileAPI/FileReaderSync.worker.js": "FileReaderSync is not offered: a guest's files are in memory already",
  "FileAPI/file/send-file-formdata*.any.js": "needs the project's server, which sends forms back",
  "{FileAPI/url/url-with-xhr,encoding/replacement-encodings,encoding/unsupported-encodings}.any.js":
    "XMLHttpRequest is not offered",
  "fetch/api/abort/{cache.https,general}.any.js": "needs the project's server, which answers slowly or echoes",
  [`fetch/api/basic/{accept-header,conditional-get,error-after-response,header-value-*,http-response-code,integrity.sub,\
keepalive,mode-*,referrer,request-forbidden-headers,request-headers*,request-private-*,request-referrer,\
request-upload*,response-null-body,response-url.sub,scheme-blob.sub,status.h2,stream-*,text-utf8}.any.js`]:
    "needs the project's server, which echoes headers and sends what scripts there make up",
  "fetch/range/general.any.js": "needs the project's server, which sends parts of files",
  "fetch/api/headers/header-values*.any.js": "needs the project's server, which echoes headers",
  "fetch/api/request/request-cache-*.any.js": "needs the project's server and an HTTP cache, which is the host's",
  "html/webappapis/scripting/processing-model-2/**": "about SharedArrayBuffer and the agents of other globals",
  "streams/readable-streams/owning-type-video-frame.any.js": "VideoFrame (WebCodecs) is not offered",
  [`websockets/{Close-[1-4]*,Close-Reason-*,Close-delayed,Close-onlyReason,Close-re*,Close-server-*,Close-undefined,\
Create-blocked-port,Create-extensions-empty,Create-on-worker-shutdown,Create-valid-url,Create-valid-url-[ab]*,\
Create-valid-url-protocol,Create-valid-url-protocol-s*,Send-[0-9ac-z]*,Send-bin*,basic-auth,binaryType-wrong-value,\
bufferedAmount-*,mixed-content.https,referrer,send-many-*}.{any,worker}.js`]:
    "needs the project's server, which echoes messages",
  "websockets/opening-handshake/**": "needs the project's server, which checks the handshake",
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
