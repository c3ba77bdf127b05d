/**
 * What asks for modules: the host (`isolate.import` and calls of exports) and `import()`.
 * https://html.spec.whatwg.org/multipage/webappapis.html#integration-with-the-javascript-module-system
 */
import { Op } from "../core/engine.ts";
import {
  NativePromise,
  NativeTypeError,
  ObjectDefineProperty,
  PromiseWithResolvers,
  ReflectApply,
  SafeMap,
} from "../core/primordials.ts";
import { followScript } from "../network/evaluation.ts";
import { answerForPlatform, serveRequest } from "../network/network.ts";
import { depthFunctions } from "./depth.ts";
import { type GivenSource, Graph, graphFunctions, startGraph } from "./graph.ts";
import { resolveName, root } from "./names.ts";
import { type Dependency, type Module, keyOf, moduleOf, registryFunctions, typeOf } from "./registry.ts";

/** Whose modules scripts find: what the host imported from last. 0: it has not. */
let lastLoader = 0;

/** A promise of ours, which the platform may await: no prototype of the guest's is asked for its constructor. */
function ownPromise<T>(): ReturnType<typeof PromiseWithResolvers<T>> {
  const resolvers = PromiseWithResolvers<T>();
  ObjectDefineProperty(resolvers.promise, "constructor", { __proto__: null, value: NativePromise });
  return resolvers;
}

/** Loads, links and evaluates. `given`: what came with a call of the host's; undefined: it is an import(). */
function importModule(
  loader: number,
  given: SafeMap<string, GivenSource> | undefined,
  referrer: string,
  dependency: Dependency,
  done: (module: Module) => void,
  failed: (error: unknown) => void,
): void {
  const evaluate = (module: Module): void => {
    const promise = op(Op.ModuleEvaluate, module.id);
    void followScript(promise, () => done(module), failed);
  };
  const evaluation = op(Op.GetEvaluation);
  const call = given === undefined ? 0 : evaluation;
  startGraph(new Graph(evaluation, call, loader, given, evaluate, failed), referrer, dependency);
}

function dependencyOf(specifier: string, type: string, base: string): Dependency {
  return { specifier, url: resolveName(specifier, base), type, line: 0, column: 0, error: undefined };
}

/** What came with an import: URL, format and text of each, flat; of code also the text's number in the isolate's template. */
function toGiven(list: readonly (string | number)[]): SafeMap<string, GivenSource> {
  const given = new SafeMap<string, GivenSource>();
  for (let at = 0; at < list.length; at += 3) {
    const url = list[at] as string;
    const source = { format: list[at + 1] as string, text: list[at + 2]! };
    given.set(keyOf(url, ""), source);
    if (source.format !== "js") given.set(keyOf(url, source.format), source);
  }
  return given;
}

/** Answers the host's "__import": [whose modules, specifier, those that are given at once]. */
function answerImport(
  asked: readonly [loader: number, specifier: string, given: (string | number)[]],
): Promise<unknown> {
  const { promise, resolve, reject } = ownPromise<unknown>();
  if (asked[0] !== 0) lastLoader = asked[0];
  const done = ({ id }: Module): void => resolve({ __proto__: null, id, exports: op(Op.ModuleExports, id) } as unknown);
  importModule(lastLoader, toGiven(asked[2]), "", dependencyOf(asked[1], "", root), done, reject);
  return promise;
}

/** Answers the host's "__module.call": [the engine's number, export, arguments]. */
function answerCall(asked: readonly [id: number, name: string, args: readonly unknown[]]): unknown {
  const name = asked[1];
  const value = (op(Op.ModuleNamespace, asked[0]) as Record<string, unknown>)[name];
  if (typeof value !== "function") throw new NativeTypeError(`The module's export '${name}' is no function`);
  return ReflectApply(value, undefined, asked[2]);
}

answerForPlatform((method) => {
  if (method === "__import") return answerImport as (data: unknown) => unknown;
  return method === "__module.call" ? (answerCall as (data: unknown) => unknown) : undefined;
});

/** What each import of the host's runs: compiled for the snapshot, it is worth as much as small modules are. */
export const importFunctions: readonly Function[] = [
  ...[answerImport, ownPromise, importModule, dependencyOf, toGiven, resolveName, followScript, serveRequest],
  ...[...graphFunctions, ...registryFunctions, ...depthFunctions],
];

/** Hook 13. */
export function importDynamically(id: number, specifier: string, attributes: unknown): Promise<unknown> {
  const { promise, resolve, reject } = PromiseWithResolvers<unknown>();
  try {
    const module = moduleOf(id);
    const loader = module?.loader ?? lastLoader;
    if (loader === 0) throw new NativeTypeError(`There is no module '${specifier}': the host has given none`);
    const base = module?.url ?? root;
    const dependency = dependencyOf(specifier, typeOf(attributes, specifier), base);
    const done = (imported: Module): void => resolve(op(Op.ModuleNamespace, imported.id));
    importModule(loader, undefined, base, dependency, done, reject);
  } catch (error) {
    reject(error);
  }
  return promise;
}
