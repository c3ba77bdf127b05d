/** Small programs made of snippets that mix what guests can do. */
import type { Random } from "./random.ts";

/** `work()`: JIT code, a regular expression, a BigInt and WebAssembly, with a result that is known. */
export const NEIGHBOUR = `
  const wasm = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0,
    10, 9, 1, 7, 0, 32, 0, 32, 1, 106, 11,
  ])));
  function work() {
    let sum = 0;
    for (let i = 0; i < 20000; i++) sum = wasm.exports.add(sum, (i * 31) & 0xff);
    const matches = "abcabcabd".repeat(50).match(/(?:abc)+abd/g).length;
    return sum + "/" + matches + "/" + (3n ** 100n % 1000007n) + "/" + [5, 3, 9, 1].sort().join("");
  }
`;

/** What work() returns, computed by the host. */
export const NEIGHBOUR_RESULT = ((): string => {
  let sum = 0;
  for (let i = 0; i < 20000; i++) sum += (i * 31) & 0xff;
  return `${sum}/50/${3n ** 100n % 1000007n}/1359`;
})();

const VALUES = [
  "1",
  "-0",
  "NaN",
  "1n << 70n",
  "'\\ud800'",
  "null",
  "undefined",
  "Symbol()",
  "{}",
  "[1, , 2]",
  "new Map([[1, {}]])",
  "new Date()",
  "/x/gi",
  "new Error('e')",
  "new Uint8Array(100)",
  "new ArrayBuffer(1000)",
  "() => 1",
  "v",
  "keep",
  "new Proxy({}, { get() { throw 1; } })",
  "{ get a() { for (;;); } }",
  "{ get a() { return 'x'.repeat(1e6); } }",
  "new Array(1e5).fill(v)",
  "'y'.repeat(1e5)",
  "globalThis",
  "Promise.resolve(v)",
  "{ toString() { throw null; } }",
  "{ then(f) { f(1); } }",
  "(() => { const a = {}; a.a = a; return a; })()",
  "new WebAssembly.Memory({ initial: 1 })",
];

const STATEMENTS = [
  "NETWORK.send('m', $);",
  "NETWORK.request('r', $).then((x) => { v = x; });",
  "try { v = await NETWORK.request('r', $); } catch (e) { v = e; }",
  "NETWORK.request('fail').catch((e) => keep.push(e));",
  "NETWORK.on('m', (x) => { v = x; @ });",
  "setTimeout(() => { @ }, ~);",
  "setInterval(() => { @ }, ~);",
  "queueMicrotask(() => { @ });",
  "Promise.resolve($).then(() => { @ }).finally(() => { @ });",
  "await null; @",
  "try { @ } catch (e) { v = e; } finally { @ }",
  "for (let i = 0; i < ~ * 10; i++) { @ }",
  "for (const x of [$, $]) { v = x; @ }",
  "keep.push($);",
  "v = $;",
  "throw $;",
  "v = structuredClone($);",
  "for (;;) keep.push(new Array(1000).fill(1));",
  "for (;;) keep.push(new ArrayBuffer(1e6));",
  "keep.push(new Array(6e7).fill(0));",
  "v = 'x'.repeat(5e7).split('');",
  "v = JSON.stringify(new Array(1e6).fill(v));",
  "while (true) { v++; }",
  "try { for (;;); } finally { for (;;); }",
  "for (;;) try { null.x; } catch {}",
  "(function f() { try { f(); } finally { f(); } })();",
  "(async () => { for (;;) await 1; })();",
  "v = /(a+)+$/.test('a'.repeat(24) + 'b');",
  "v = (2n ** 100000n) ** 3n;",
  "v = new Array(1e5).fill(0).map(() => Math.random()).sort();",
  "{ const m = new WebAssembly.Memory({ initial: 1 }); for (let i = 0; i < 40; i++) m.grow(16); keep.push(m); }",
  "v = await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));",
  "v = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 1]));",
  "eval('v = ' + JSON.stringify(String(v)));",
  "v = new Function('a', 'return a + 1')(1);",
  "Object.defineProperty(Object.prototype, 'a' + ~, { set() { @ }, get() { @ }, configurable: true });",
  "Array.prototype[Symbol.iterator] = function* () { @ };",
  "Promise.prototype.then = function () { @ };",
  "NETWORK.send = () => {};",
  "Error.prepareStackTrace = () => { @ }; v = new Error().stack;",
  "new FinalizationRegistry(() => { @ }).register({}, 1);",
  "v = new WeakRef({}).deref();",
  "const t~ = new EventTarget(); t~.addEventListener('x', () => { @ }); t~.dispatchEvent(new Event('x'));",
  "v = new Intl.DateTimeFormat('de').format(0);",
  "v = [..'z'.repeat(1000)].reverse().join('').normalize('NFKD');".replace("..", "..."),
  "v = atob(btoa('x'.repeat(~ * 100)));",
  "v = new TextDecoder().decode(new TextEncoder().encode(String(v)));",
];

/** A program of a few statements, nested a little. */
export function program(random: Random): string {
  let left = 2 + random.below(10);
  const statement = (depth: number): string => {
    if (left-- <= 0 || depth > 4) return "v = 1;";
    const number = String(random.below(20));
    return random
      .pick(STATEMENTS)
      .replace(/[$@~]/g, (hole) =>
        hole === "~" ? number : hole === "$" ? `(${random.pick(VALUES)})` : statement(depth + 1),
      );
  };
  const body = Array.from({ length: 1 + random.below(5) }, () => `{ ${statement(0)} }`).join("\n");
  return `var v, keep = globalThis.keep ?? [];\n(async () => {\n${body}\n})();`;
}
