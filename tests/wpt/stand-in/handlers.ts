/** Stands for handlers of web-platform-tests, scripts in Python: by their paths, what tests ask of them. */
import { sleep } from "bun";
import type { Stash } from "./stash.ts";
import type { Headers, WireRequest, WireResponse } from "./wire.ts";

/** `stash` is the checkout's. */
export type ScriptHandler = (request: WireRequest, response: WireResponse, stash: Stash) => void | Promise<void>;

const text: Headers = [["Content-Type", "text/plain"]];

function inspectHeaders({ query, header }: WireRequest, response: WireResponse): void {
  const names = query.first("headers").split("|");
  const found = names.flatMap((name) => {
    const value = header(name);
    return value === undefined ? [] : ([[`x-request-${name}`, value]] as const);
  });
  response.send("", { headers: [...found, ...text] });
}

async function redirect({ query, path }: WireRequest, response: WireResponse, stash: Stash): Promise<void> {
  const token = query.has("token") ? query.first("token") : undefined;
  const count = 1 + (token === undefined ? 0 : (stash.take<number>(`${path} ${token}`) ?? 0));
  const headers: [string, string][] = [["Content-Type", "text/plain"]];
  if (query.has("location")) {
    let location = query.first("location");
    if (!query.has("simple") && /^(https?:|(?![a-z][a-z0-9+.-]*:))/i.test(location)) {
      const pairs = [...query].map(([name, value]) => `${encode(name)}=${encode(value)}`);
      location += `${location.includes("?") ? "&" : "?"}${pairs.join("&")}&count=${count}`;
    }
    headers.push(["Location", location]);
  }
  if (query.has("redirect_referrerpolicy")) headers.push(["Referrer-Policy", query.first("redirect_referrerpolicy")]);
  if (query.has("delay")) await sleep(Number(query.first("delay")));
  if (token !== undefined) stash.put(`${path} ${token}`, count);
  if (query.has("max_count") && count > Number(query.first("max_count"))) return response.send(String(count - 1));
  response.send("", { status: query.first("redirect_status", "302"), reason: "Found", headers });
}

function encode(value: string): string {
  return Buffer.from(value, "latin1").reduce((all, byte) => {
    const unit = String.fromCharCode(byte);
    return all + (/[A-Za-z0-9_.~-]/.test(unit) ? unit : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`);
  }, "");
}

function status({ query, method }: WireRequest, response: WireResponse): void {
  const headers: Headers = [
    ["Content-Type", query.first("type")],
    ["X-Request-Method", method],
  ];
  const options = { status: query.first("code", "200"), reason: query.first("text", "OMG"), headers };
  response.send(method === "HEAD" ? "" : query.first("content"), options);
}

async function trickle({ query }: WireRequest, response: WireResponse): Promise<void> {
  const ms = Number(query.first("ms", "500"));
  await sleep(ms);
  response.head(200, "OK", query.has("notype") ? [] : text);
  await sleep(ms);
  for (let left = Number(query.first("count", "50")); left > 0 && !response.closed; left--) {
    response.write("TEST_TRICKLE\n");
    await sleep(ms);
  }
  response.end();
}

async function infiniteSlowResponse({ query }: WireRequest, response: WireResponse, stash: Stash): Promise<void> {
  const [state, abort] = [query.first("stateKey"), query.first("abortKey")];
  if (state !== "") stash.put(state, "open");
  response.head(200, "OK", text);
  response.write(".".repeat(2048));
  while (!response.closed && (abort === "" || stash.take(abort) === undefined)) {
    response.write(".");
    await sleep(10);
  }
  if (state !== "") stash.put(state, "closed");
  response.end();
}

function method({ method, body, header }: WireRequest, response: WireResponse): void {
  const names = ["content-type", "content-length", "content-encoding", "content-language", "content-location"];
  const shown = names.map((name) => [`x-request-${name}`, header(name) ?? "NO"] as const);
  response.send(body, { headers: [["x-request-method", method], ...shown] });
}

function echoContent({ method, body, header }: WireRequest, response: WireResponse): void {
  const headers: Headers = [
    ["X-Request-Method", method],
    ["X-Request-Content-Length", header("content-length") ?? "NO"],
    ["X-Request-Content-Type", header("content-type") ?? "NO"],
    ...text,
  ];
  response.send(body, { headers });
}

function stashPut({ query }: WireRequest, response: WireResponse, stash: Stash): void {
  stash.put(query.first("key"), query.first("value"));
  response.send("done");
}

function stashTake({ query }: WireRequest, response: WireResponse, stash: Stash): void {
  const body = JSON.stringify(stash.take(query.first("key")) ?? null);
  response.send(body, { headers: [["Content-Type", "application/json"]] });
}

async function badChunk({ query }: WireRequest, response: WireResponse): Promise<void> {
  const ms = Number(query.first("ms", "1000"));
  await sleep(ms);
  response.head(200, "OK", [["Transfer-Encoding", "chunked"]]);
  await sleep(ms);
  for (let left = Number(query.first("count", "50")); left > 0; left--) {
    response.write("a\r\nTEST_CHUNK\r\n");
    await sleep(ms);
  }
  response.write("garbage");
  response.end();
}

/** A response that is not modified for whoever has it already. */
function conditional({ header }: WireRequest, response: WireResponse): void {
  if (header("if-none-match") === '"123abc"') {
    return response.send("", { status: 304, reason: "Not Modified", headers: [["X-HTTP-STATUS", "304"]] });
  }
  response.send("lorem ipsum dolor sit amet", { headers: [["ETag", '"123abc"'], ...text] });
}

function authentication({ query, header }: WireRequest, response: WireResponse): void {
  if (header("authorization") === `Basic ${btoa("user:password")}`) return response.send("Authentication done");
  const headers: Headers = [["WWW-Authenticate", `Basic realm="${query.first("realm", "test")}"`]];
  response.send("Please login with credentials 'user' and 'password'", {
    status: 401,
    reason: "Unauthorized",
    headers,
  });
}

/** Keeps what the requests under a token said about caches. */
function requestCache({ query, header }: WireRequest, response: WireResponse, stash: Stash): void {
  const token = query.first("token");
  const states = stash.take<object[]>(token);
  if (query.has("querystate")) return response.send(JSON.stringify(states ?? null), { headers: text });
  const names = ["If-None-Match", "If-Modified-Since", "Pragma", "Cache-Control"];
  const said = names.map((name) => [name, header(name)] as const).filter(([, value]) => value !== undefined);
  stash.put(token, [...(states ?? []), query.has("ignore") ? {} : Object.fromEntries(said)]);
  const tag = query.has("tag") ? `"${query.first("tag")}"` : undefined;
  const date = query.has("date") ? query.first("date") : undefined;
  const headers: [string, string][] = [];
  if (tag !== undefined) headers.push(["ETag", tag]);
  else if (date !== undefined) headers.push(["Last-Modified", date]);
  for (const [name, key] of [
    ["Expires", "expires"],
    ["Vary", "vary"],
    ["Cache-Control", "cache_control"],
  ] as const) {
    if (query.has(key)) headers.push([name, query.first(key)]);
  }
  if (query.has("redirect")) {
    headers.push(["Location", query.first("redirect")]);
    return response.send("", { status: 302, reason: "Redirect", headers });
  }
  const [match, since] = [header("if-none-match"), header("if-modified-since")];
  if ((match !== undefined && match === tag) || (since !== undefined && since === date)) {
    return response.send("", { status: 304, reason: "Not Modified", headers });
  }
  response.send(query.first("content"), { headers: [...headers, ...text] });
}

function echoHeaders({ rawHeaders }: WireRequest, response: WireResponse): void {
  response.send(rawHeaders.map((line) => `${line}\n`).join(""), { headers: text });
}

/** Silence of a minute, a second or two of it sent. https://en.wikipedia.org/wiki/WAV */
function longWav({ query, header }: WireRequest, response: WireResponse, stash: Stash): void {
  const key = query.first("accept-encoding-key");
  if (key !== "") stash.put(key, header("accept-encoding") ?? "");
  const total = 60 * 8000 * 2;
  const range = /^bytes=(\d*)-(\d*)$/.exec(header("range") ?? "");
  if (range === null) {
    return response.send(Buffer.alloc(8000), {
      headers: [
        ["Content-Type", "audio/wav"],
        ["Accept-Ranges", "bytes"],
      ],
    });
  }
  const start = Number(range[1]);
  const end = range[2] === "" ? start + 8000 : Number(range[2]);
  const headers: Headers = [
    ["Content-Type", "audio/wav"],
    ["Content-Range", `bytes ${start}-${end}/${total}`],
  ];
  response.send(Buffer.alloc(Math.max(0, end + 1 - start)), { status: 206, reason: "Partial Content", headers });
}

function dumpAuthorization({ header }: WireRequest, response: WireResponse): void {
  response.send(header("authorization") ?? "none", { headers: [["Content-Type", "text/html"]] });
}

export const scripts: Readonly<Record<string, ScriptHandler>> = {
  "/common/redirect.py": ({ query }, response) =>
    response.send("", {
      status: query.first("status", "302"),
      reason: "Found",
      headers: [["Location", query.first("location")]],
    }),
  "/fetch/api/request/resources/cache.py": requestCache,
  "/fetch/api/resources/authentication.py": authentication,
  "/fetch/api/resources/bad-chunk-encoding.py": badChunk,
  "/fetch/api/resources/cache.py": conditional,
  "/fetch/api/resources/clean-stash.py": ({ query }, response, stash) => {
    const taken = stash.take(`/fetch/api/resources/redirect.py ${query.first("token")}`);
    response.send(taken === undefined ? "0" : "1");
  },
  "/fetch/api/resources/dump-authorization-header.py": dumpAuthorization,
  "/fetch/api/resources/echo-content.py": echoContent,
  "/fetch/api/resources/infinite-slow-response.py": infiniteSlowResponse,
  "/fetch/api/resources/inspect-headers.py": inspectHeaders,
  "/fetch/api/resources/method.py": method,
  "/fetch/api/resources/redirect-empty-location.py": (_request, response) =>
    response.send("", { status: 302, reason: "Found", headers: [["Location", ""]] }),
  "/fetch/api/resources/redirect.py": redirect,
  "/fetch/api/resources/stash-put.py": stashPut,
  "/fetch/api/resources/stash-take.py": stashTake,
  "/fetch/api/resources/status.py": status,
  "/fetch/api/resources/trickle.py": trickle,
  "/fetch/range/resources/long-wav.py": longWav,
  "/fetch/range/resources/stash-take.py": stashTake,
  "/xhr/resources/echo-headers.py": echoHeaders,
  "/xhr/resources/parse-headers.py": ({ query }, response) =>
    response.send("", { headers: [["My-Custom-Header", query.first("my-custom-header")]] }),
};
