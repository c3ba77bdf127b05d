/**
 * How deep modules lead to each other. V8 follows imports, and exports of exports, by calling itself, in places without a look
 * at what is left of its stack; so the engine has limits. There are two measures. Levels: of modules, where those in a circle
 * count one by one, as V8 may pass them all. Hops: from where a name is imported to where it is declared; only in a circle there
 * are more than levels, as V8 may come by for each name that is exported of others, with a walk over all that export all of others
 * before it.
 */
import { SafeMap, newList } from "../core/primordials.ts";
import type { Module } from "./registry.ts";

/** A module that the walk is in. */
interface Step {
  readonly module: Module;
  readonly place: number;
  /** The first place that it, or what it leads to, leads back to. */
  low: number;
  /** Of what its circle leads to. */
  levels: number;
  hops: number;
  importsItself: boolean;
  next: number;
}

/** Sets the depth of a module and of all that it leads to: Tarjan's walk over circles, without recursion. */
export function measureDepth(root: Module): void {
  if (root.levels !== 0) return;
  const places = new SafeMap<Module, number>();
  /** Those whose circle is not complete. */
  const open = newList<Module>();
  const steps = newList<Step>();
  const enter = (module: Module): void => {
    const place = places.size;
    places.set(module, place);
    open[open.length] = module;
    steps[steps.length] = { module, place, low: place, levels: 0, hops: 0, importsItself: false, next: 0 };
  };
  const leave = (step: Step): void => {
    steps.length--;
    const parent = steps[steps.length - 1];
    if (step.low === step.place) close(open, step);
    else if (parent !== undefined && step.low < parent.low) parent.low = step.low;
    if (parent !== undefined) leadsTo(parent, step);
  };
  enter(root);
  while (steps.length > 0) {
    const step = steps[steps.length - 1]!;
    const imported = step.module.imported!;
    if (step.next === imported.length) {
      leave(step);
      continue;
    }
    const module = imported[step.next++]!;
    const place = places.get(module);
    if (module === step.module) step.importsItself = true;
    if (module.levels !== 0) {
      leadsTo(step, module);
    } else if (place === undefined) {
      enter(module);
    } else if (place < step.low) {
      step.low = place;
    }
  }
}

interface Measured {
  readonly levels: number;
  readonly hops: number;
}

function leadsTo(step: Step, { levels, hops }: Measured): void {
  if (levels > step.levels) step.levels = levels;
  if (hops > step.hops) step.hops = hops;
}

/** What each import runs. */
export const depthFunctions: readonly Function[] = [measureDepth, close];

/** A circle is complete: measures it. */
function close(open: Module[], step: Step): void {
  let first = open.length;
  let named = 0;
  let stars = 0;
  do {
    const module = open[--first]!;
    named += module.named;
    if (module.hasStar) stars++;
  } while (open[first] !== step.module);
  const size = open.length - first;
  const isCircle = size > 1 || step.importsItself;
  step.levels += size;
  step.hops += isCircle ? size + named + (named + 1) * stars : 1;
  for (let index = first; index < open.length; index++) {
    open[index]!.levels = step.levels;
    open[index]!.hops = step.hops;
  }
  open.length = first;
}
