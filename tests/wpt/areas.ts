/** What of web-platform-tests concerns a guest, and what of that is left out. */
import { Glob } from "bun";

/** The folders whose tests are run, each a line of docs/conformance.md. */
export const areas: readonly string[] = [
  "FileAPI",
  "WebCryptoAPI",
  "compression",
  "console",
  "dom/abort",
  "dom/events",
  "encoding",
  "fetch/api/body",
  "fetch/api/headers",
  "fetch/api/request",
  "fetch/api/response",
  "hr-time",
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

/** Files that are not run, with the reason. Globs over paths from the checkout's root. */
export const leftOut: Readonly<Record<string, string>> = {};

/** The area of a test file. */
export function areaOf(file: string): string {
  return areas.find((area) => file.startsWith(`${area}/`)) ?? "other";
}

/** Why a file is left out, or undefined: it is run. */
export function whyLeftOut(file: string): string | undefined {
  return Object.entries(leftOut).find(([glob]) => new Glob(glob).match(file))?.[1];
}
