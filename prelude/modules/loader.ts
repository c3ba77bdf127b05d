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
} from "../core/primordials.ts";
import { followScript } from "../network/evaluation.ts";
import { publishInternal } from "../webidl/interfaces.ts";
import { Graph, startGraph } from "./graph.ts";
import { resolveName, root } from "./names.ts";
import { type Dependency, type Module, moduleOf, typeOf } from "./registry.ts";

/** Whose modules scripts find: what the host imported from last. 0: it has not. */
let lastLoader = 0;

/** A promise of ours, which the platform may await: no prototype of the guest's is asked for its constructor. */
function ownPromise<T>(): ReturnType<typeof PromiseWithResolvers<T>> {
  const resolvers = PromiseWithResolvers<T>();
  ObjectDefineProperty(resolvers.promise, "constructor", { __proto__: null, value: NativePromise });
  return resolvers;
}

/** Loads, links and evaluates. */
function importModule(
  loader: number,
  referrer: string,
  dependency: Dependency,
  done: (module: Module) => void,
  failed: (error: unknown) => void,
): void {
  const evaluate = (module: Module): void => {
    const promise = op(Op.ModuleEvaluate, module.id);
    void followScript(promise, () => done(module), failed);
  };
  startGraph(new Graph(op(Op.GetEvaluation), evaluate, failed), loader, referrer, dependency);
}

function dependencyOf(specifier: string, type: string, base: string): Dependency {
  return { specifier, url: resolveName(specifier, base), type, line: 0, column: 0, error: undefined };
}

/** Answers the host's "__import": [whose modules, specifier]. */
publishInternal("importer", (asked: readonly [loader: number, specifier: string]): Promise<unknown> => {
  const { promise, resolve, reject } = ownPromise<unknown>();
  if (asked[0] !== 0) lastLoader = asked[0];
  const done = ({ id }: Module): void => resolve({ __proto__: null, id, exports: op(Op.ModuleExports, id) } as unknown);
  importModule(lastLoader, "", dependencyOf(asked[1], "", root), done, reject);
  return promise;
});

/** Answers the host's "__module.call": [the engine's number, export, arguments]. */
publishInternal("module caller", (asked: readonly [id: number, name: string, args: readonly unknown[]]): unknown => {
  const name = asked[1];
  const value = (op(Op.ModuleNamespace, asked[0]) as Record<string, unknown>)[name];
  if (typeof value !== "function") throw new NativeTypeError(`The module's export '${name}' is no function`);
  return ReflectApply(value, undefined, asked[2]);
});

/** Hook 13. */
publishInternal("dynamic importer", (id: number, specifier: string, attributes: unknown): Promise<unknown> => {
  const { promise, resolve, reject } = PromiseWithResolvers<unknown>();
  try {
    const module = moduleOf(id);
    const loader = module?.loader ?? lastLoader;
    if (loader === 0) throw new NativeTypeError(`There is no module '${specifier}': the host has given none`);
    const base = module?.url ?? root;
    const dependency = dependencyOf(specifier, typeOf(attributes, specifier), base);
    const done = (imported: Module): void => resolve(op(Op.ModuleNamespace, imported.id));
    importModule(loader, base, dependency, done, reject);
  } catch (error) {
    reject(error);
  }
  return promise;
});
