/** As handlers.ts, for the tests of EventSource. */
import { sleep } from "bun";
import type { ScriptHandler } from "./handlers.ts";
import type { Headers } from "./wire.ts";

const eventStream: Headers = [["Content-Type", "text/event-stream"]];

const message: ScriptHandler = async ({ query }, response) => {
  await sleep(Number(query.first("sleep", "0")));
  const newline = query.first("newline") === "none" ? "" : "\n\n";
  const headers: Headers = [["Content-Type", query.first("mime", "text/event-stream")]];
  response.send(`${query.first("message", "data: data")}${newline}\n`, { headers });
};

export const eventStreams: Readonly<Record<string, ScriptHandler>> = {
  "/eventsource/resources/last-event-id.py": ({ query, header }, response) => {
    const last = header("last-event-id") ?? "";
    const id = query.first("idvalue", "\xe2\x80\xa6");
    response.send(last === "" ? `id: ${id}\nretry: 200\ndata: hello\n\n` : `data: ${last}\n\n`, {
      headers: eventStream,
    });
  },
  "/eventsource/resources/cors.py": (request, response, stash) => {
    if (request.query.first("run") !== "cache-control") return message(request, response, stash);
    response.send(`data: ${request.header("cache-control") ?? ""}\n\n`, { headers: eventStream });
  },
  "/eventsource/resources/message.py": message,
  "/eventsource/resources/message2.py": async (_request, response) => {
    response.head(200, "OK", [...eventStream, ["Cache-Control", "no-cache"]]);
    while (!response.closed) {
      response.write("data:msg\ndata: msg\n\n:\nfalsefield:msg\n\nfalsefield:msg\nData:data\n\ndata\n\ndata:end\n\n");
      await sleep(2000);
    }
  },
  "/eventsource/resources/status-error.py": ({ query }, response) => {
    const status = query.first("status", "404");
    const body = status === "204" || status === "205" ? "" : "data: data\n\n";
    response.send(body, { status, reason: "HAHAHAHA", headers: eventStream });
  },
};
