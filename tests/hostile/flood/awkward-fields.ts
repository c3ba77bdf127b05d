// Values of awkward shapes in every field that the host looks at: none of them holds up its event loop.
import { holdUp, ways } from "../awkward.ts";

/** What costs a program time that walks it, or parses it. */
const walked: Record<string, string> = {
  "an endless array": "Object.assign([], { length: 4294967295 })",
  "pairs that are endless": "[Object.assign([], { length: 4294967295 })]",
  "many elements": "new Array(300_000).fill('x')",
  "many keys": "Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => ['k' + i, 'v']))",
  "a long string": "'x'.repeat(3_000_000)",
  "many labels": "'ws://' + '\\u00e9.'.repeat(100_000)",
  "a Map": "new Map(Array.from({ length: 50_000 }, (_, i) => ['k' + i, 'v']))",
  bytes: "new Uint8Array(3_000_000)",
  "a String object": "Object('x'.repeat(1_000_000))",
};

const request = (data: string): string => `await NETWORK.request("fetch", ${data}).catch(() => {})`;

const fields: Record<string, string> = {
  "fetch: all": request("v"),
  "fetch: url": request("{ url: v }"),
  "fetch: method": request("{ url: 'http://127.0.0.1:1/', method: v }"),
  "fetch: headers": request("{ url: 'http://127.0.0.1:1/', headers: v }"),
  "fetch: a header's name": request("{ url: 'http://127.0.0.1:1/', headers: [[v, 'a']] }"),
  "fetch: a header's value": request("{ url: 'http://127.0.0.1:1/', headers: { 'x-a': v } }"),
  "fetch: body": request("{ url: 'http://127.0.0.1:1/', method: 'POST', body: v }"),
  "fetch: a stream's number": request("{ url: 'http://127.0.0.1:1/', method: 'POST', body: { stream: v } }"),
  "fetch: others": request(
    "Object.assign({ url: 'http://127.0.0.1:1/', method: 'POST', body: { stream: 1 } }, v.length === undefined && v)",
  ),
  "a body's number": `await NETWORK.request("__body.read", v).catch(() => {})`,
  "ws.open: all": `NETWORK.send("ws.open", v)`,
  "ws.open: conn_id": `NETWORK.send("ws.open", { conn_id: v, url: "ws://127.0.0.1:1/" })`,
  "ws.open: url": `NETWORK.send("ws.open", { conn_id: 2, url: v })`,
  "ws.open: protocols": `NETWORK.send("ws.open", { conn_id: 3, url: "ws://127.0.0.1:1/", protocols: v })`,
  "ws.open: a protocol": `NETWORK.send("ws.open", { conn_id: 4, url: "ws://127.0.0.1:1/", protocols: [v] })`,
  "ws.open: origin": `NETWORK.send("ws.open", { conn_id: 5, url: "ws://127.0.0.1:1/", origin: v })`,
  "ws.send: conn_id": `NETWORK.send("ws.send", { conn_id: v, data: "" })`,
  "ws.send: data": `NETWORK.send("ws.send", { conn_id: 1, data: v })`,
  "ws.close: conn_id": `NETWORK.send("ws.close", { conn_id: v })`,
  "ws.close: code": `NETWORK.send("ws.close", { conn_id: 1, code: v })`,
  "ws.close: reason": `NETWORK.send("ws.close", { conn_id: 1, code: 1000, reason: v })`,
};

await holdUp(walked, { ...ways, ...fields });
