/** An isolate with what the command line gives it. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isolateRanges } from "../../contract/ranges.ts";
import { V8Sandbox, type HostApi, type Isolate } from "../../index.ts";
import type { GuestSettings } from "../line/guest-arguments.ts";
import { UsageError } from "../line/usage.ts";

/** As for `run()`: what is done has no reason to wait for longer. */
const WALL_MS = 30_000;
const CPU_MS = isolateRanges.cpuMs.default;

/** Makes isolates, all alike, until it is disposed of. */
export class GuestSession implements Disposable {
  readonly #sandbox: V8Sandbox;
  readonly #settings: GuestSettings;
  readonly #tools: HostApi | undefined;

  private constructor(sandbox: V8Sandbox, settings: GuestSettings, tools: HostApi | undefined) {
    this.#sandbox = sandbox;
    this.#settings = settings;
    this.#tools = tools;
  }

  /**
   * @param whole - whether the limit of CPU time is that of all turns together, not of each
   * @throws UsageError, and whatever the module with the tools throws
   */
  static async open(settings: GuestSettings, whole: boolean): Promise<GuestSession> {
    const tools = settings.tools === undefined ? undefined : await loadTools(settings.tools);
    const { limits, isolation } = settings;
    const total = whole ? { cpuTotalMs: limits.cpuMs ?? CPU_MS } : {};
    const sandbox = new V8Sandbox({ wallMs: WALL_MS, ...total, ...limits, isolation });
    return new GuestSession(sandbox, settings, tools);
  }

  /**
   * @param watch - what is done with the tools before the guest gets them
   * @throws UsageError for what it may not reach
   */
  async isolate(watch: (tools: HostApi) => HostApi = (tools) => tools): Promise<Isolate> {
    const isolate = await this.#sandbox.createIsolate();
    if (this.#tools) isolate.expose("tools", watch(this.#tools));
    const { allow } = this.#settings;
    if (allow.length > 0) await openNetwork(isolate, allow);
    return isolate;
  }

  [Symbol.dispose](): void {
    this.#sandbox.shutdown();
  }
}

/** @throws UsageError if the list has what is no origin and no host */
async function openNetwork(isolate: Isolate, allow: readonly string[]): Promise<void> {
  const { fetchProxy, webSocketGateway } = await import("../../net/index.ts");
  try {
    isolate.onRequest("fetch", fetchProxy({ allow }));
    webSocketGateway(isolate, { allow });
  } catch (error) {
    throw new UsageError(`--allow-net: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function loadTools(file: string): Promise<HostApi> {
  const path = resolve(file);
  if (!(await Bun.file(path).exists())) throw new UsageError(`there are no tools ${file} (looked at ${path})`);
  const { ToolSet } = await import("../../run/index.ts");
  const module = (await import(pathToFileURL(path).href)) as { tools?: unknown; default?: unknown };
  const tools = module.tools ?? module.default;
  if (tools instanceof ToolSet) return tools.api;
  // Of a package of its own: its sets are not ours.
  const api =
    typeof tools === "object" && tools !== null && "declarations" in tools && "api" in tools ? tools.api : tools;
  if (typeof api === "object" && api !== null) return api as HostApi;
  throw new UsageError(`${file} exports no tools: neither "tools" nor its default is an object`);
}
