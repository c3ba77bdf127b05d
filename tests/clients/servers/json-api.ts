/** A JSON API on loopback that speaks Notion's protocol: cursors, errors as objects, limits, uploads in parts. */

/** The token it takes. */
export const TOKEN = "secret_1";

export interface JsonApi extends AsyncDisposable {
  readonly port: number;
  /** Requests in order: method, path, status. */
  readonly log: string[];
  /** A header of each request, in order. */
  seen(header: string): (string | null)[];
  /** The bytes of an upload. */
  uploaded(): Buffer;
  /** Resolves when there is a request that is kept waiting. */
  readonly waiting: Promise<void>;
  /** Resolves when its client has gone. */
  readonly abandoned: Promise<void>;
}

function failure(status: number, code: string, message: string, headers: Record<string, string> = {}): Response {
  const body = { object: "error", status, code, message, request_id: `request-${status}` };
  return Response.json(body, { status, headers });
}

export function startJsonApi(): JsonApi {
  const log: string[] = [];
  const headers: Headers[] = [];
  const pages = new Map<string, object>();
  const attempts = new Map<string, number>();
  const parts: Buffer[] = [];
  const waiting = Promise.withResolvers<void>();
  const abandoned = Promise.withResolvers<void>();

  /** The page of a list that a cursor leads to. */
  function list(query: URLSearchParams): Response {
    const start = Number(query.get("start_cursor") ?? 0);
    const end = Math.min(start + Number(query.get("page_size") ?? 100), 25);
    const results = Array.from({ length: end - start }, (_, index) => ({
      object: "user",
      id: `user-${start + index}`,
      name: `Nº ${start + index}`,
    }));
    return Response.json({ object: "list", results, next_cursor: end < 25 ? String(end) : null, has_more: end < 25 });
  }

  async function page(method: string, id: string | undefined, request: Request): Promise<Response> {
    if (method === "POST") {
      const made = { object: "page", id: `page-${pages.size}`, ...((await request.json()) as object) };
      pages.set(made.id, made);
      return Response.json(made);
    }
    const known = id === undefined ? undefined : pages.get(id);
    if (known === undefined) return failure(404, "object_not_found", `Could not find page with ID: ${id}.`);
    const changed = method === "PATCH" ? { ...known, ...((await request.json()) as object) } : known;
    pages.set(id!, changed);
    if (method === "DELETE") pages.delete(id!);
    return Response.json(changed);
  }

  async function upload(step: string | undefined, request: Request): Promise<Response> {
    if (step === "send") {
      const form = await request.formData();
      const file = form.get("file") as File;
      parts[Number(form.get("part_number")) - 1] = Buffer.from(await file.arrayBuffer());
      return Response.json({ object: "file_upload", id: "upload-1", filename: file.name, type: file.type });
    }
    return Response.json({
      object: "file_upload",
      id: "upload-1",
      status: step === "complete" ? "uploaded" : "pending",
    });
  }

  async function answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const [resource = "", id, step] = pathname.replace(/^\/v1\//, "").split("/");
    if (request.headers.get("authorization") !== `Bearer ${TOKEN}`) {
      return failure(401, "unauthorized", "API token is invalid.");
    }
    const attempt = attempts.get(pathname) ?? 0;
    attempts.set(pathname, attempt + 1);
    switch (resource) {
      case "users":
        return list(searchParams);
      case "pages":
      case "blocks":
        return page(request.method, id, request);
      case "file_uploads":
        return upload(step, request);
      case "flaky":
        if (attempt === 0) return failure(429, "rate_limited", "Slow down.", { "retry-after": "0" });
        if (attempt === 1) return failure(503, "service_unavailable", "Back soon.");
        return Response.json({ object: "fine", attempt });
      case "down":
        return failure(500, "internal_server_error", "Out of order.");
      case "html":
        return new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "content-type": "text/html" } });
      case "hang":
        waiting.resolve();
        await new Promise<void>((resolve) => request.signal.addEventListener("abort", () => resolve()));
        abandoned.resolve();
        return new Response();
      default:
        return failure(400, "invalid_request_url", "Invalid request URL.");
    }
  }

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      headers.push(request.headers);
      const response = await answer(request);
      const { pathname, search } = new URL(request.url);
      log.push(`${request.method} ${pathname}${search} ${response.status}`);
      return response;
    },
  });
  return {
    port: server.port!,
    log,
    seen: (header) => headers.map((each) => each.get(header)),
    uploaded: () => Buffer.concat(parts),
    waiting: waiting.promise,
    abandoned: abandoned.promise,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
