// https://webassembly.github.io/spec/web-api/
import { expect, test } from "bun:test";
import { createGuest, run } from "./guest.ts";

/** (module (import "host" "add" (func (param i32) (result i32))) (func (export "f") (result i32) i32.const 40 call 0)) */
const bytes = [
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 10, 2, 96, 1, 127, 1, 127, 96, 0, 1, 127, 2, 12, 1, 4, 104, 111, 115, 116, 3, 97],
  ...[100, 100, 0, 0, 3, 2, 1, 1, 7, 5, 1, 1, 102, 0, 1, 10, 8, 1, 6, 0, 65, 40, 16, 0, 11],
];
const setUp = `
  const bytes = new Uint8Array(${JSON.stringify(bytes)});
  const response = (type = "application/wasm", body = bytes, status = 200) => new Response(body, { status, headers: type === null ? {} : { "content-type": type } });
  const imports = { host: { add: (n) => n + 2 } };
  const failed = (promise) => promise.then(() => "compiled", (error) => error.name);`;

test("compiles and instantiates what a Response brings", async () => {
  const guest = await createGuest();
  guest.onRequest(
    "fetch",
    () => new Response(new Uint8Array(bytes), { headers: { "content-type": "application/wasm" } }),
  );
  expect(
    await run(
      `${setUp}
      const module = await WebAssembly.compileStreaming(response());
      const fetched = await WebAssembly.instantiateStreaming(fetch("http://a.example/f.wasm"), imports);
      const later = await WebAssembly.compileStreaming(Promise.resolve(response(" Application/WASM ")));
      const { compileStreaming, instantiateStreaming } = WebAssembly;
      const attributes = Object.getOwnPropertyDescriptor(WebAssembly, "compileStreaming");
      return [module instanceof WebAssembly.Module, later instanceof WebAssembly.Module, Object.keys(fetched),
        fetched.instance.exports.f(), new WebAssembly.Instance(module, imports).exports.f(),
        compileStreaming.name, compileStreaming.length, instantiateStreaming.name, instantiateStreaming.length,
        (await compileStreaming(response())) instanceof WebAssembly.Module, attributes.writable, attributes.enumerable, attributes.configurable]`,
      guest,
    ),
  ).toEqual([
    ...[true, true, ["module", "instance"], 42, 42, "compileStreaming", 1, "instantiateStreaming", 1],
    ...[true, true, true, true],
  ]);
});

test("refuses what is no WebAssembly of an ok status, and never throws", async () => {
  expect(
    await run(
      `${setUp}
      const used = response();
      await used.text();
      const wrong = [null, undefined, 5, bytes, {}, Promise.reject(new RangeError("x")), response(null), response(""), response("text/html"),
        response("application/wasm;x=y"), response("application/wasm;"), response("application/wasm", bytes, 404), Response.error(), used,
        response("application/wasm", new Uint8Array([0, 97])), response("application/wasm", null)];
      const compiled = await Promise.all(wrong.map((source) => failed(WebAssembly.compileStreaming(source))));
      const linked = [await failed(WebAssembly.instantiateStreaming(response())), await failed(WebAssembly.instantiateStreaming(response(), {})),
        await failed(WebAssembly.instantiateStreaming(response(), 5)), await failed(WebAssembly.compileStreaming())];
      return [compiled, linked]`,
    ),
  ).toEqual([
    [
      ...["TypeError", "TypeError", "TypeError", "TypeError", "TypeError", "RangeError", "TypeError", "TypeError"],
      ...["TypeError", "TypeError", "TypeError", "TypeError", "TypeError", "TypeError", "CompileError", "CompileError"],
    ],
    ["TypeError", "TypeError", "TypeError", "TypeError"],
  ]);
});

test("is not there where WebAssembly is not, and sees no patch", async () => {
  expect(await run(`return typeof WebAssembly`, await createGuest({ wasm: false }))).toBe("undefined");
  expect(
    await run(
      `${setUp}
      WebAssembly.compile = WebAssembly.instantiate = Response.prototype.arrayBuffer = () => { throw new Error("patched"); };
      return (await WebAssembly.instantiateStreaming(response(), imports)).instance.exports.f()`,
    ),
  ).toBe(42);
});
