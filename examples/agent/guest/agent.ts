// The guest: asks the model, calls the tools it wants, says what it says.
import OpenAI from "openai";

interface Question {
  readonly baseURL: string;
  readonly model: string;
  readonly question: string;
}

NETWORK.onRequest("ask", async ({ baseURL, model, question }: Question) => {
  const client = new OpenAI({ baseURL, apiKey: "the host has it" });
  const runner = client.chat.completions.runTools({
    model,
    stream: true,
    messages: [
      { role: "system", content: "You answer questions about a shop's customers, in one sentence." },
      { role: "user", content: question },
    ],
    tools: [
      {
        type: "function",
        function: {
          name: "orders",
          description: "What a customer has ordered",
          parameters: { type: "object", properties: { customer: { type: "string" } }, required: ["customer"] },
          parse: (text: string): { customer: string } => JSON.parse(text),
          function: (input: { customer: string }) => NETWORK.request("orders", input),
        },
      },
    ],
  });
  runner.on("content", (text) => NETWORK.send("said", text));
  return runner.finalContent();
});
