/** What a guest does with its platform, and what it has not. Checked by tsc, never run. */
export {};

const response = await fetch(new URL("/x?y=1", "https://api.example.com"), { method: "POST", body: new FormData() });
const stream: ReadableStream<Uint8Array> | null = response.body;
if (stream)
  for await (const chunk of stream.pipeThrough(new CompressionStream("brotli"))) console.log(chunk.byteLength);
const init: RequestInit = { headers: [["a", "b"]], signal: AbortSignal.any([]), duplex: "half" };
const request = new Request("data:,x", init);
for (const [name, value] of request.headers) console.log(name, value);
const timer: number = setTimeout(() => {}, 5);
clearTimeout(timer);
addEventListener("unhandledrejection", ({ reason, promise }) => console.log(reason, promise));
onerror = ({ message }) => console.log(message);
self.addEventListener("error", function ({ lineno }) {
  console.log(lineno, this.navigator.hardwareConcurrency);
});
const { port1, port2 } = new MessageChannel();
port1.onmessage = ({ data }: MessageEvent<{ x: number }>) => console.log(data.x);
port2.postMessage({ x: 1 }, [new ArrayBuffer(5)]);
const socket = new WebSocket("wss://example.com");
socket.onclose = ({ code, reason }) => console.log(code, reason);
const key = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
const signature: ArrayBuffer = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode("x"));
const pair = (await crypto.subtle.generateKey("ML-KEM-768", true, ["encapsulateBits"])) as CryptoKeyPair;
const { sharedKey, ciphertext } = await crypto.subtle.encapsulateBits("ML-KEM-768", pair.publicKey);
await crypto.subtle.sign({ name: "ML-DSA-44", context: signature }, key, ciphertext);
console.log(SubtleCrypto.supports("digest", "SHA3-256"), sharedKey.byteLength);
const when: Temporal.Instant = Temporal.Now.instant();
const { instance } = await WebAssembly.instantiate(new Uint8Array(8));
const sum: number = Math.sumPrecise([1, 2]) + Atomics.add(new Int32Array(1), 0, 1);
using stack = new DisposableStack();
stack.defer(() => console.log(JSON.rawJSON("1"), [...Iterator.concat([1], [2])], when, instance.exports, sum));
const pattern = new URLPattern({ pathname: "/:id" });
console.log(pattern.exec({ pathname: "/5" })?.pathname.groups["id"], pattern.generate("pathname", { id: "5" }));
console.log(new QuotaExceededError("x", { quota: 5 }).quota, structuredClone(new Map([[1, 2]])).get(1));
console.log(ReadableStream.from([1]), new Blob(["x"]).textStream(), new Set([1]).union(new Set([2])));
Error.captureStackTrace({});

// @ts-expect-error of node
process.exit();
// @ts-expect-error of node
Buffer.from("x");
// @ts-expect-error of Bun
Bun.file("x");
// @ts-expect-error of pages
document.title;
// @ts-expect-error of pages
window.close();
// @ts-expect-error of pages
localStorage.getItem("x");
// @ts-expect-error of workers that were started by somebody
postMessage(5);
// @ts-expect-error of workers that were started by somebody
close();
// @ts-expect-error scripts come from the host
importScripts("x.js");
// @ts-expect-error guests have no location
location.href;
// @ts-expect-error workers are the host's
new Worker("x.js");
// @ts-expect-error caches are the host's
caches.open("x");
// @ts-expect-error no memory is shared
new SharedArrayBuffer(5);
// @ts-expect-error modules are the language's
require("x");
// @ts-expect-error no queue for what has no end
setImmediate(() => {});
// @ts-expect-error of browsers
navigator.serviceWorker;
// @ts-expect-error proposed
Symbol.metadata;
