/**
 * WebAssembly Web API: compiling what a Response brings. https://webassembly.github.io/spec/web-api/#streaming-modules
 *
 * The bytes are compiled when they are all there.
 */
import { callPlace, placed } from "../core/call-place.ts";
import { NativeTypeError, ReflectApply, StringPrototypeToLowerCase } from "../core/primordials.ts";
import { normalizeValue } from "../core/tokens.ts";
import { executing } from "../webidl/converters.ts";
import { publishOperations } from "../webidl/interfaces.ts";
import { WebAssemblyCompile, WebAssemblyInstantiate } from "../webidl/web-assembly.ts";
import { consume } from "./consume.ts";
import { responseStateOf } from "./response.ts";

/** https://webassembly.github.io/spec/web-api/#compile-a-potential-webassembly-response, up to its compilation. */
async function bytesOfResponse(source: unknown, context: string): Promise<unknown> {
  const state = responseStateOf(await source);
  if (state === undefined) throw new NativeTypeError(`${context}: The source is not a Response.`);
  const type = state.headers.get("content-type");
  if (type === null || StringPrototypeToLowerCase(normalizeValue(type)) !== "application/wasm") {
    throw new NativeTypeError(`${context}: The response's MIME type is not 'application/wasm'.`);
  }
  if (state.status < 200 || state.status > 299) {
    throw new NativeTypeError(`${context}: The response's status is ${state.status}, which is not ok.`);
  }
  return consume(state, "arrayBuffer");
}

/** What an operation promises: its errors are made when none of the guest's code runs any more. */
async function streaming(source: unknown, name: string, finish: (bytes: unknown) => unknown): Promise<unknown> {
  const place = callPlace();
  try {
    return await finish(await bytesOfResponse(source, executing(name, "WebAssembly")));
  } catch (error) {
    throw placed(error, place);
  }
}

publishOperations({
  /** https://webassembly.github.io/spec/web-api/#dom-webassembly-compilestreaming */
  compileStreaming: (source: unknown, options: unknown) =>
    streaming(source, "compileStreaming", (bytes) => ReflectApply(WebAssemblyCompile, undefined, [bytes, options])),

  /** https://webassembly.github.io/spec/web-api/#dom-webassembly-instantiatestreaming */
  instantiateStreaming: (source: unknown, importObject: unknown, options: unknown) =>
    streaming(source, "instantiateStreaming", (bytes) =>
      ReflectApply(WebAssemblyInstantiate, undefined, [bytes, importObject, options]),
    ),
});
