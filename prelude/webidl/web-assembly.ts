/**
 * WebAssembly Web API: where its operations are. https://webassembly.github.io/spec/web-api/#streaming-modules
 *
 * V8 gives a context its WebAssembly when it is restored: the snapshot has none. So these are no lazy properties, but
 * functions that load what they do.
 */
import { ReflectApply, ReflectGetOwnPropertyDescriptor, global } from "../core/primordials.ts";
import { defineValue } from "./interfaces.ts";
import { loadValue } from "./lazy.ts";

/** As they were before any guest code ran. */
export let WebAssemblyCompile: Function;
export let WebAssemblyInstantiate: Function;

const operations = {
  compileStreaming(source: unknown, options: unknown = undefined): unknown {
    return ReflectApply(loadValue("compileStreaming") as Function, undefined, [source, options]);
  },
  instantiateStreaming(source: unknown, importObject: unknown = undefined, options: unknown = undefined): unknown {
    const operation = loadValue("instantiateStreaming") as Function;
    return ReflectApply(operation, undefined, [source, importObject, options]);
  },
};

/** Once, when an isolate starts. One without WebAssembly has none of this. */
export function startWebAssembly(): void {
  const namespace: unknown = ReflectGetOwnPropertyDescriptor(global, "WebAssembly")?.value;
  if (namespace === undefined) return;
  const { compile, instantiate } = namespace as { readonly compile: Function; readonly instantiate: Function };
  WebAssemblyCompile = compile;
  WebAssemblyInstantiate = instantiate;
  defineValue(namespace as object, "compileStreaming", operations.compileStreaming, true, true);
  defineValue(namespace as object, "instantiateStreaming", operations.instantiateStreaming, true, true);
}
