/**
 * A server on loopback that speaks OpenAI's chat completions: streamed pieces, tool calls, errors. In place of a model, a
 * rule: it asks for the tool once for each city that the user named, then says what the tool answered.
 */

/** The key it takes. */
export const KEY = "sk-test";

interface Message {
  readonly role: string;
  readonly content?: string;
}

export interface Completions extends AsyncDisposable {
  readonly port: number;
  /** The messages of each request for a completion, in order. */
  readonly conversations: (readonly Message[])[];
  /** Resolves when the client of a stream without an end has gone. @returns pieces it was sent */
  readonly abandoned: Promise<number>;
  /** Resolves when the client of a request that never gets an answer has gone. */
  readonly unanswered: Promise<void>;
  /** The file that came. */
  uploaded(): { readonly name: string; readonly purpose: string; readonly bytes: Uint8Array } | undefined;
}

const encoder = new TextEncoder();

function failure(status: number, message: string, headers: Record<string, string> = {}): Response {
  const error = { message, type: "invalid_request_error", param: null, code: `code_${status}` };
  return Response.json({ error }, { status, headers: { "x-request-id": `req-${status}`, ...headers } });
}

function chunk(delta: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  const data = { id: "chat-1", object: "chat.completion.chunk", created: 1, model: "rule-1", choices };
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** What the rule says to a conversation, as server-sent events. */
function reply(messages: readonly Message[]): string {
  const asked = messages.findLast(({ role }) => role === "user")?.content ?? "";
  const answers = messages.filter(({ role }) => role === "tool").map(({ content }) => content ?? "");
  const cities = [...asked.matchAll(/\p{Lu}\p{L}+/gu)].map(([city]) => city).slice(1);
  let events = ": comments are no events\r\n\r\n" + chunk({ role: "assistant", content: null });
  if (answers.length < cities.length) {
    for (const [index, city] of cities.entries()) {
      const call = { index, id: `call-${index}`, type: "function", function: { name: "weather", arguments: "" } };
      events += chunk({ tool_calls: [call] });
      for (const piece of JSON.stringify({ city }).match(/.{1,4}/gu)!) {
        events += chunk({ tool_calls: [{ index, function: { arguments: piece } }] });
      }
    }
    return events + chunk({}, "tool_calls") + "data: [DONE]\n\n";
  }
  for (const word of `So it is: ${answers.join("; ")}. 🌦️`.split(/(?<= )/)) events += chunk({ content: word });
  return events + chunk({}, "stop") + "data: [DONE]\n\n";
}

/** The bytes in pieces that respect neither lines nor characters. */
function inPieces(text: string): ReadableStream<Uint8Array> {
  const bytes = encoder.encode(text);
  let start = 0;
  return new ReadableStream({
    pull(controller) {
      const end = start + 1 + ((start * 7) % 61);
      controller.enqueue(bytes.subarray(start, end));
      start = end;
      if (start >= bytes.length) controller.close();
    },
  });
}

function events(body: string | ReadableStream<Uint8Array>): Response {
  return new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
}

export function startCompletions(): Completions {
  const conversations: (readonly Message[])[] = [];
  const abandoned = Promise.withResolvers<number>();
  const unanswered = Promise.withResolvers<void>();
  let uploaded: ReturnType<Completions["uploaded"]>;
  let attempts = 0;

  /** A stream that goes on for as long as somebody reads it. */
  function endless(): Response {
    let sent = 0;
    return events(
      new ReadableStream({
        async pull(controller) {
          controller.enqueue(encoder.encode(chunk({ content: `${sent++} ` })));
          await new Promise((resolve) => setTimeout(resolve, 1));
        },
        cancel: () => abandoned.resolve(sent),
      }),
    );
  }

  /** How a conversation goes, by the model's name. */
  async function complete(model: string, messages: readonly Message[], request: Request): Promise<Response> {
    switch (model) {
      case "rule-1":
        return events(inPieces(reply(messages)));
      case "endless":
        return endless();
      case "silent":
        request.signal.addEventListener("abort", () => unanswered.resolve());
        await unanswered.promise;
        return new Response();
      case "busy":
        attempts++;
        if (attempts === 1) return failure(429, "Slow down.", { "retry-after-ms": "1" });
        if (attempts === 2) return failure(503, "Back soon.", { "retry-after-ms": "1" });
        return events(reply([{ role: "user", content: "" }]));
      case "broken":
        return events(
          chunk({ content: "so far" }) + 'data: {"error":{"message":"The model fell over.","code":"fell"}}\n\n',
        );
      default:
        return failure(404, `The model ${model} does not exist.`);
    }
  }

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (request.headers.get("authorization") !== `Bearer ${KEY}`) return failure(401, "Incorrect API key provided.");
    if (url.pathname === "/v1/chat/completions") {
      const { model, messages } = (await request.json()) as { model: string; messages: Message[] };
      conversations.push(messages);
      return complete(model, messages, request);
    }
    if (url.pathname === "/v1/embeddings") {
      const { input } = (await request.json()) as { input: string[] };
      const data = input.map((text, index) => ({
        object: "embedding",
        index,
        embedding: Buffer.from(new Float32Array([text.length, 0.5, -1e-7]).buffer).toString("base64"),
      }));
      return Response.json({ object: "list", model: "e", data, usage: { prompt_tokens: 1, total_tokens: 1 } });
    }
    if (url.pathname === "/v1/files" && request.method === "POST") {
      const form = await request.formData();
      const file = form.get("file") as File;
      uploaded = { name: file.name, purpose: String(form.get("purpose")), bytes: await file.bytes() };
      return Response.json({ object: "file", id: "file-0", filename: file.name, bytes: file.size });
    }
    if (url.pathname === "/v1/files") {
      const start = Number(url.searchParams.get("after")?.replace("file-", "") ?? -1) + 1;
      const data = [start, start + 1, start + 2].map((index) => ({ object: "file", id: `file-${index}` }));
      return Response.json({ object: "list", data, has_more: start < 6 });
    }
    return failure(404, "Unknown request URL.");
  }

  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", idleTimeout: 0, fetch: answer });
  return {
    port: server.port!,
    conversations,
    abandoned: abandoned.promise,
    unanswered: unanswered.promise,
    uploaded: () => uploaded,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
