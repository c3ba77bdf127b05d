/** Stands in for a model's API: wants to know Alice's orders first, then says what they are, word by word. */

interface Message {
  readonly role: string;
  readonly content?: string;
}

/** The key it takes. */
export const STAND_IN_KEY = "stand-in";

/** Starts it on a port of its own. */
export function startStandIn(): AsyncDisposable & { readonly baseURL: string } {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      if (request.headers.get("authorization") !== `Bearer ${STAND_IN_KEY}`) return new Response("", { status: 401 });
      const { messages } = (await request.json()) as { messages: Message[] };
      const answer = messages.find(({ role }) => role === "tool")?.content;
      return new Response(answer === undefined ? callTool() : say(JSON.parse(answer) as string[]), {
        headers: { "content-type": "text/event-stream" },
      });
    },
  });
  return { baseURL: `${server.url.href}v1`, [Symbol.asyncDispose]: () => server.stop(true) };
}

async function* callTool(): AsyncGenerator<string> {
  const call = { name: "orders", arguments: JSON.stringify({ customer: "Alice" }) };
  yield event({ role: "assistant", tool_calls: [{ index: 0, id: "call-1", type: "function", function: call }] });
  yield event({}, "tool_calls");
}

async function* say(orders: readonly string[]): AsyncGenerator<string> {
  for (const word of `Alice has ordered ${orders.join(" and ")}.`.match(/\S+\s*/g)!)
    yield event({ role: "assistant", content: word });
  yield event({}, "stop");
}

function event(delta: object, reason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: reason }];
  return `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", choices })}\n\n`;
}
