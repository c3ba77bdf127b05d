/**
 * User-defined webhooks. Each tenant's handler is a module of its own in an isolate of its own, with the limits of its plan, and
 * reaches the hosts on its list and no others. Events come by HTTP, signed as GitHub signs them.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { EvaluationError, RequestError, SandboxError, TerminatedError, V8Sandbox } from "network-runtime";
import type { Imported, Isolate, IsolateOptions } from "network-runtime";
import { fetchProxy } from "network-runtime/net";
import { IsolatePool, PoolExhaustedError } from "network-runtime/pool";

const PLANS = {
  free: { cpuMs: 50, memoryMb: 16, wallMs: 30_000, hostBytesMax: 2 ** 20 },
  pro: { cpuMs: 500, memoryMb: 64, wallMs: 30_000 },
} satisfies Record<string, IsolateOptions>;
/** Of an event. */
export const BODY_MAX = 2 ** 20;

/** Who has a webhook. */
export interface Tenant {
  readonly plan: keyof typeof PLANS;
  /** What its events are signed with. */
  readonly secret: string;
  /** Its handler: a module in TypeScript whose default export gets the event's name, its payload and the settings. */
  readonly handler: string;
  /** What its handler may reach: origins or hosts. */
  readonly allow: readonly string[];
  /** Whatever else its handler gets. */
  readonly settings?: unknown;
}

type Handler = { default(event: string, payload: unknown, settings: unknown): unknown };

/** The service: tenants come and go, events are delivered to their handlers. */
export class Webhooks implements Disposable {
  readonly #tenants = new Map<string, Tenant>();
  readonly #handlers = new WeakMap<Isolate, Imported<Handler>>();
  readonly #sandbox = new V8Sandbox();
  readonly #pool: IsolatePool;

  /** @param tenantsMax - handlers that are kept loaded; those used least lately make room */
  constructor(tenantsMax = 100) {
    this.#pool = new IsolatePool(this.#sandbox, {
      ...{ size: 0, max: tenantsMax, idleMs: 300_000, waitingMax: 1000 },
      isolate: (id) => PLANS[this.#tenants.get(id!)!.plan],
      prepare: (isolate, { key }) => this.#load(isolate, this.#tenants.get(key!)!),
    });
  }

  /** Adds a tenant, or deploys its new handler: the old one's isolate ends. */
  deploy(id: string, tenant: Tenant): void {
    this.#tenants.set(id, tenant);
    this.#pool.delete(id);
  }

  /** Gives an event to the tenant's handler. */
  async deliver(id: string, event: string, payload: unknown): Promise<unknown> {
    const isolate = await this.#pool.get(id);
    return this.#handlers.get(isolate)!.default(event, payload, this.#tenants.get(id)!.settings);
  }

  /** Answers `POST /hooks/TENANT`. */
  async fetch(request: Request): Promise<Response> {
    const id = /^\/hooks\/([\w-]+)$/.exec(new URL(request.url).pathname)?.[1];
    const tenant = id === undefined ? undefined : this.#tenants.get(id);
    if (id === undefined || !tenant) return Response.json({ error: "no such webhook" }, { status: 404 });
    const body = await request.arrayBuffer();
    if (body.byteLength > BODY_MAX) return Response.json({ error: "too large" }, { status: 413 });
    if (!isSigned(body, tenant.secret, request.headers.get("x-hub-signature-256"))) {
      return Response.json({ error: "wrong signature" }, { status: 401 });
    }
    try {
      const payload: unknown = JSON.parse(new TextDecoder().decode(body));
      const result = await this.deliver(id, request.headers.get("x-github-event") ?? "unknown", payload);
      return Response.json({ result });
    } catch (error) {
      return failure(error);
    }
  }

  [Symbol.dispose](): void {
    this.#pool.close();
    this.#sandbox.shutdown();
  }

  async #load(isolate: Isolate, { allow, handler }: Tenant): Promise<void> {
    isolate.onRequest("fetch", fetchProxy({ allow }));
    const modules = { "./handler.ts": handler };
    this.#handlers.set(isolate, await isolate.import<Handler>("./handler.ts", { modules }));
  }
}

/** What a sender signs a body with. */
export function signature(body: string | ArrayBuffer, secret: string): string {
  const bytes = typeof body === "string" ? body : new Uint8Array(body);
  return `sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`;
}

function isSigned(body: ArrayBuffer, secret: string, given: string | null): boolean {
  const [wanted, found] = [Buffer.from(signature(body, secret)), Buffer.from(given ?? "")];
  return wanted.length === found.length && timingSafeEqual(wanted, found);
}

/** The sender learns what the tenant's handler did, and nothing of the host. */
function failure(error: unknown): Response {
  if (error instanceof SyntaxError) return Response.json({ error: "no JSON" }, { status: 400 });
  if (error instanceof TerminatedError) return Response.json({ error: error.reason }, { status: 508 });
  if (error instanceof PoolExhaustedError) return Response.json({ error: "busy" }, { status: 503 });
  const { cause = error } = error as { cause?: unknown };
  if (cause instanceof EvaluationError || cause instanceof RequestError) {
    const { name, message, lineno } = cause.guest;
    return Response.json({ error: `${name}: ${message}`, line: lineno }, { status: 422 });
  }
  return Response.json({ error: error instanceof SandboxError ? error.code : "failed" }, { status: 500 });
}
