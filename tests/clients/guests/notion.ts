// Notion's SDK: a JSON API with cursors, retries after 429 and 5xx, typed errors and uploads.
import {
  APIResponseError,
  Client,
  collectPaginatedAPI,
  isNotionClientError,
  iteratePaginatedAPI,
} from "@notionhq/client";

export interface Access {
  readonly baseUrl: string;
  readonly auth: string;
}

const PAGE = "11111111-2222-3333-4444-555555555555";

function connect({ baseUrl, auth }: Access, timeoutMs = 10_000): Client {
  const retry = { maxRetries: 2, initialRetryDelayMs: 1, maxRetryDelayMs: 5 };
  return new Client({ auth, baseUrl, timeoutMs, retry, logger: () => {} });
}

/** All users, page by page; and those up to one, which leaves the last page where it is. */
export async function users(access: Access): Promise<unknown> {
  const notion = connect(access);
  const all = await collectPaginatedAPI(notion.users.list, { page_size: 10 });
  const some: string[] = [];
  for await (const { id } of iteratePaginatedAPI(notion.users.list, { page_size: 10 })) {
    some.push(id);
    if (some.length === 12) break;
  }
  return { all: all.map(({ id, name }) => `${id} ${name}`), some };
}

/** A page made, read, changed and thrown away. */
export async function pages(access: Access): Promise<unknown> {
  const notion = connect(access);
  const title = (content: string) => ({ title: { title: [{ text: { content } }] } });
  const made = await notion.pages.create({ parent: { page_id: PAGE }, properties: title("Größe 🚀") });
  const read = await notion.pages.retrieve({ page_id: made.id });
  const changed = await notion.pages.update({ page_id: made.id, properties: title("second") });
  const gone = await notion.blocks.delete({ block_id: made.id });
  const after = await notion.pages.retrieve({ page_id: made.id }).catch(describe);
  return { made, read, changed, gone, after };
}

/** Requests that fail at first: too many, then out of order; one that goes on failing, one that must not be repeated. */
export async function failures(access: Access): Promise<unknown[]> {
  const notion = connect(access);
  const ask = (path: string, method: "get" | "post" = "get"): Promise<unknown> =>
    notion.request<object>({ path, method, ...(method === "post" ? { body: { a: 1 } } : {}) }).catch(describe);
  const wrong = connect({ ...access, auth: "wrong" });
  return [
    await ask("flaky/a"),
    await ask("down"),
    await ask("down", "post"),
    await ask("html"),
    await ask("missing"),
    await wrong.users.list({}).catch(describe),
  ];
}

/** A request that the server keeps waiting. */
export async function patience(access: Access): Promise<unknown> {
  return connect(access, 20).request({ path: "hang", method: "get" }).catch(describe);
}

/** A file in two parts, as forms. */
export async function upload({
  access,
  parts,
}: {
  access: Access;
  parts: Uint8Array<ArrayBuffer>[];
}): Promise<unknown> {
  const notion = connect(access);
  const { id } = await notion.fileUploads.create({ mode: "multi_part", number_of_parts: parts.length });
  for (const [index, part] of parts.entries()) {
    const file = { filename: "naïve.bin", data: new Blob([part], { type: "application/octet-stream" }) };
    await notion.fileUploads.send({ file_upload_id: id, part_number: String(index + 1), file });
  }
  return notion.fileUploads.complete({ file_upload_id: id });
}

function describe(error: unknown): unknown {
  if (!isNotionClientError(error)) return String(error);
  const { name, code, message } = error;
  const more = APIResponseError.isAPIResponseError(error) ? { status: error.status, requestId: error.request_id } : {};
  return { name, code, message, ...more };
}
