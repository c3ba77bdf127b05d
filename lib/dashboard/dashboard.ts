/** Serves the page. */
import type { DashboardOptions, Ended } from "../contract/dashboard.ts";
import type { Listening } from "../contract/listening.ts";
import type { SandboxMetrics } from "../contract/metrics.ts";
import { checkBoolean, checkText } from "../contract/option-values.ts";
import { resolveListenOptions } from "../loopback/options.ts";
import type { Service } from "../loopback/server.ts";
import { serveLoopback } from "../loopback/server.ts";
import type { Assets } from "./assets.ts";
import { loadAssets } from "./assets.ts";
import { History } from "./history.ts";

/** A sandbox, as far as the page needs it. */
export interface Watched {
  metrics(withIsolates: boolean): SandboxMetrics;
  /** @returns whether there was such an isolate */
  destroyIsolate(id: number): boolean;
  readonly tally: { readonly endListeners: Set<(ended: Ended) => void> };
  /** It has ended. */
  readonly finished: { readonly promise: Promise<void> };
}

const DOING = "dashboard()";
const PERIOD_MS = 1000;

/**
 * @throws ListenError, ArgumentError, OptionError
 */
export async function startDashboard(watched: Watched, options: DashboardOptions): Promise<Listening> {
  const listen = resolveListenOptions(options, ["kill", "title"], DOING);
  checkBoolean("kill", options.kill, DOING);
  checkText("title", options.title, DOING);
  const { kill = false, title = "network-runtime" } = options;
  const assets = await loadAssets();
  const history = new History(title, kill);
  const hear = (ended: Ended): void => history.end(ended);
  // Made once a second, and not for each who asks.
  let data = "";
  const look = (): void => void (data = JSON.stringify(history.look(watched.metrics(true))));
  look();
  const server = serveLoopback(
    listen,
    serviceOf(assets, () => data, kill ? watched : undefined),
    DOING,
  );
  watched.tally.endListeners.add(hear);
  const timer = setInterval(look, PERIOD_MS).unref();
  const close = (): Promise<void> => {
    clearInterval(timer);
    watched.tally.endListeners.delete(hear);
    return server.close();
  };
  void watched.finished.promise.then(close);
  return { port: server.port, url: server.url, close, [Symbol.asyncDispose]: close };
}

/** @param mortal - whose isolates may be ended; undefined: nobody's */
function serviceOf(assets: Assets, data: () => string, mortal: Watched | undefined): Service {
  const files: Readonly<Record<string, () => Response>> = {
    "/": () => text(assets.html, "text/html"),
    "/page.js": () => text(assets.script, "text/javascript"),
    "/page.css": () => text(assets.style, "text/css"),
    "/data": () => text(data(), "application/json"),
  };
  return {
    answer: ({ request, path }) => {
      const [, id] = /^\/kill\/(\d{1,10})$/.exec(path) ?? [];
      if (id !== undefined) return killed(request, Number(id), mortal);
      const file = Object.hasOwn(files, path) ? files[path] : undefined;
      if (!file) return new Response("There is no such page.\n", { status: 404 });
      if (request.method !== "GET" && request.method !== "HEAD") return new Response("GET it.\n", { status: 405 });
      return file();
    },
  };
}

/** The page itself asks: a link elsewhere has no Origin, and no POST. */
function killed(request: Request, id: number, mortal: Watched | undefined): Response {
  if (!mortal) return new Response("This dashboard ends no isolates: it was started without kill.\n", { status: 403 });
  if (request.method !== "POST" || request.headers.get("origin") === null) {
    return new Response("POST it, from the page.\n", { status: 405 });
  }
  return mortal.destroyIsolate(id) ? new Response("It is ended.\n") : new Response("There is none.\n", { status: 404 });
}

function text(body: string, type: string): Response {
  return new Response(body, { headers: { "content-type": `${type}; charset=utf-8` } });
}
