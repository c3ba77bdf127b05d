// OpenAI's SDK: completions streamed as server-sent events, tools that the host answers, aborts, retries, uploads.
import OpenAI, { APIError } from "openai";
import { network } from "./network.ts";

export interface Access {
  readonly baseURL: string;
  readonly apiKey: string;
}

function connect(access: Access, options: { timeout?: number; maxRetries?: number } = {}): OpenAI {
  return new OpenAI({ ...access, maxRetries: 2, logLevel: "off", ...options });
}

/** The tool-calling loop, streamed. The weather is for the host to know. */
export async function talk({ access, question }: { access: Access; question: string }): Promise<unknown> {
  const runner = connect(access).chat.completions.runTools({
    model: "rule-1",
    stream: true,
    messages: [
      { role: "system", content: "Say what the weather is." },
      { role: "user", content: question },
    ],
    tools: [
      {
        type: "function",
        function: {
          name: "weather",
          description: "The weather in a city",
          parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
          parse: (text: string): { city: string } => JSON.parse(text),
          function: ({ city }: { city: string }) => network.request("weather", { city }),
        },
      },
    ],
  });
  const pieces: string[] = [];
  const calls: string[] = [];
  runner.on("content", (piece) => pieces.push(piece));
  runner.on("functionToolCall", (call) => calls.push(`${call.name}(${call.arguments})`));
  const said = await runner.finalContent();
  return { said, pieces, calls, roles: runner.messages.map(({ role }) => role) };
}

/** Reads some of a stream that has no end, then leaves it: by `break`, by the stream's controller or by a signal. */
export async function leave({ access, by }: { access: Access; by: string }): Promise<unknown> {
  const controller = new AbortController();
  const stream = await connect(access).chat.completions.create(
    { model: "endless", stream: true, messages: [{ role: "user", content: "count" }] },
    { signal: controller.signal },
  );
  const read: string[] = [];
  for await (const { choices } of stream) {
    read.push(choices[0]?.delta.content ?? "");
    if (read.length < 5) continue;
    if (by === "break") break;
    if (by === "controller") stream.controller.abort();
    if (by === "signal") controller.abort();
  }
  return { read, aborted: stream.controller.signal.aborted };
}

/** What comes of failures: refused, unknown, busy at first, silent, broken in the middle. */
export async function failures(access: Access): Promise<unknown[]> {
  const ask = async (model: string, client: OpenAI): Promise<unknown> => {
    let said = "";
    try {
      const stream = await client.chat.completions.create({ model, stream: true, messages: [] });
      for await (const { choices } of stream) said += choices[0]?.delta.content ?? "";
      return said;
    } catch (error) {
      return said + describe(error);
    }
  };
  return [
    await ask("rule-1", connect({ ...access, apiKey: "wrong" })),
    await ask("unknown", connect(access)),
    await ask("busy", connect(access)),
    await ask("broken", connect(access)),
    await ask("silent", connect(access, { timeout: 300, maxRetries: 0 })),
  ];
}

/** Requests that are not streamed: a list of several pages, vectors as base64, a file. */
export async function plain({ access, file }: { access: Access; file: Uint8Array<ArrayBuffer> }): Promise<unknown> {
  const client = connect(access);
  const files: string[] = [];
  for await (const { id } of client.files.list({ limit: 3 })) files.push(id);
  const { data } = await client.embeddings.create({ model: "e", input: ["a", "four"] });
  const made = await client.files.create({ purpose: "batch", file: new File([file], "ünique.jsonl") });
  return { files, vectors: data.map(({ embedding }) => embedding), made: { ...made } };
}

function describe(error: unknown): string {
  const { constructor, message } = error as Error;
  const status = error instanceof APIError ? ` ${error.status} ${error.code} ${error.requestID}` : "";
  return `${constructor.name}${status}: ${message}`;
}
