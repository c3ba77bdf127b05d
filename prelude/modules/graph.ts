/**
 * One import: finds a module and all that it leads to, compiles what is new, and links it.
 *
 * What it shares with other imports is modules that are compiled, no work under way: when its turn is ended in the middle,
 * because its call was given up, nobody waits for it. Two imports at once may ask for the same source; whichever gets its
 * answer first makes the module.
 */
import { Op } from "../core/engine.ts";
import { SafeMap, newArray, newList } from "../core/primordials.ts";
import { sendRequest } from "../network/network.ts";
import { measureDepth } from "./depth.ts";
import { type Dependency, type Module, addModule, findModule, keyOf } from "./registry.ts";

/** Sources asked for at once. */
const pendingMax = 64;

/** A module to look for, and where it is named. */
interface Wanted {
  readonly key: string;
  readonly loader: number;
  readonly referrer: string;
  readonly dependency: Dependency;
}

/** A source that need not be asked for. */
export interface GivenSource {
  readonly format: string;
  /** Of code also its number in the isolate's template. */
  readonly text: string | number;
}

export class Graph {
  /** What the engine takes its code to belong to. */
  readonly evaluation: number;
  /** The host's call that it is, who gives up what it asks for when it is over; 0: it is an import(). */
  readonly call: number;
  readonly linked: (root: Module) => void;
  readonly failed: (error: unknown) => void;
  readonly seen = new SafeMap<string, true>();
  /** Those that are not linked, in the order in which they were found; up to `visited` it is known what they import. */
  readonly found = newList<Module>();
  visited = 0;
  readonly wanted = newList<Wanted>();
  asked = 0;
  pending = 0;
  /** Answers are of no use: it failed, or is at work, or was ended at it. */
  closed = false;
  root = "";
  /** Whose sources it begins with, and those of them that came with it. */
  readonly loader: number;
  readonly given: SafeMap<string, GivenSource> | undefined;

  constructor(
    evaluation: number,
    call: number,
    loader: number,
    given: SafeMap<string, GivenSource> | undefined,
    linked: (root: Module) => void,
    failed: (error: unknown) => void,
  ) {
    this.evaluation = evaluation;
    this.call = call;
    this.loader = loader;
    this.given = given;
    this.linked = linked;
    this.failed = failed;
  }
}

/** Calls in a turn of the microtasks' own, where no module is in the middle of its evaluation. */
async function later(call: () => void): Promise<void> {
  await undefined;
  call();
}

/** Begins to look for a module. */
export function startGraph(graph: Graph, referrer: string, dependency: Dependency): void {
  graph.root = keyOf(dependency.url, dependency.type);
  void later(() => work(graph, () => want(graph, graph.loader, referrer, dependency)));
}

/** Does something, then what is to be done next. While it does, answers would find it half done. */
function work(graph: Graph, step: () => void): void {
  if (graph.closed) return;
  op(Op.SetEvaluation, graph.evaluation);
  try {
    take(graph, step);
    ask(graph);
    if (graph.pending === 0) finish(graph);
  } catch (error) {
    graph.closed = true;
    graph.failed(error);
  }
}

function take(graph: Graph, step: () => void): void {
  graph.closed = true;
  step();
  visit(graph);
  graph.closed = false;
}

function want(graph: Graph, loader: number, referrer: string, dependency: Dependency): void {
  if (dependency.error !== undefined) throw dependency.error;
  const key = keyOf(dependency.url, dependency.type);
  if (graph.seen.has(key)) return;
  graph.seen.set(key, true);
  const module = findModule(key);
  if (module === undefined) graph.wanted[graph.wanted.length] = { key, loader, referrer, dependency };
  else found(graph, module);
}

function found(graph: Graph, module: Module): void {
  if (!module.linked) graph.found[graph.found.length] = module;
}

function visit(graph: Graph): void {
  while (graph.visited < graph.found.length) {
    const { dependencies, loader, url } = graph.found[graph.visited++]!;
    for (let index = 0; index < dependencies.length; index++) want(graph, loader, url, dependencies[index]!);
  }
}

function ask(graph: Graph): void {
  while (graph.pending < pendingMax && graph.asked < graph.wanted.length) {
    if (!askFor(graph, graph.wanted[graph.asked]!)) return;
    graph.asked++;
  }
}

/** False: as many requests wait as the isolate may have. */
function askFor(graph: Graph, wanted: Wanted): boolean {
  const { key, loader, dependency } = wanted;
  const known = findModule(key);
  const given = known === undefined && loader === graph.loader ? graph.given?.get(key) : undefined;
  if (known === undefined && given === undefined) return send(graph, wanted);
  // By another import, since; or here.
  take(graph, () => found(graph, known ?? addModule(key, dependency.url, given!.format, given!.text, loader)));
  return true;
}

function send(graph: Graph, { key, loader, referrer, dependency }: Wanted): boolean {
  const { specifier, url, type, line, column } = dependency;
  const asks = newArray<unknown>([loader, graph.call, url, type, specifier, referrer, line, column]);
  const answered = (source: unknown): void => {
    graph.pending--;
    const answer = source as readonly [format: string, text: string];
    work(graph, () => found(graph, addModule(key, url, answer[0], answer[1], loader)));
  };
  const refused = (error: unknown): void => {
    graph.pending--;
    work(graph, () => {
      throw error;
    });
  };
  try {
    sendRequest("__module", asks, undefined, answered, refused);
  } catch (error) {
    if (graph.pending === 0) throw error;
    return false;
  }
  graph.pending++;
  return true;
}

function finish(graph: Graph): void {
  graph.closed = true;
  const modules = graph.found;
  for (let index = 0; index < modules.length; index++) resolve(modules[index]!);
  const root = findModule(graph.root)!;
  measureDepth(root);
  op(Op.ModuleLink, root.id, root.levels, root.hops);
  for (let index = 0; index < modules.length; index++) modules[index]!.linked = true;
  graph.linked(root);
}

/** Tells the engine what a module imports. */
function resolve(module: Module): void {
  if (module.imported !== undefined) return;
  const { dependencies } = module;
  const imported = newList<Module>();
  const ids = newList<number>();
  for (let index = 0; index < dependencies.length; index++) {
    const { url, type } = dependencies[index]!;
    imported[index] = findModule(keyOf(url, type))!;
    ids[index] = imported[index]!.id;
  }
  op(Op.ModuleResolve, module.id, newArray(ids));
  module.imported = imported;
}

/** What each import runs. */
export const graphFunctions: readonly Function[] = [
  ...[Graph, later, startGraph, work, take, want, found, visit, ask, askFor, finish, resolve],
];
