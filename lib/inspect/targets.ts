/** What there is to debug, as `/json/list` and `/json/version` say it to front ends. */
import type { IsolateCore } from "../core/isolate-core.ts";

/** One isolate. */
interface Target {
  readonly id: string;
  readonly type: "node";
  readonly title: string;
  readonly description: string;
  readonly url: string;
  readonly webSocketDebuggerUrl: string;
  readonly devtoolsFrontendUrl: string;
}

/** @param address - of the server, with its token */
export function targetsOf(cores: readonly IsolateCore[], address: string): Target[] {
  return cores.map(({ id, name, label }) => ({
    id: String(id),
    // What front ends have no page for, only scripts.
    type: "node",
    title: name ?? label,
    description: `network-runtime: ${label}`,
    url: "",
    webSocketDebuggerUrl: `ws://${address}/${id}`,
    devtoolsFrontendUrl: `devtools://devtools/bundled/js_app.html?v8only=true&ws=${address}/${id}`,
  }));
}

export function version({ networkRuntime, v8 }: { readonly networkRuntime: string; readonly v8: string }): object {
  return { Browser: `network-runtime/${networkRuntime}`, "Protocol-Version": "1.3", "V8-Version": v8 };
}
