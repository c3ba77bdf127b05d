/**
 * How deep modules lead to each other. V8 follows imports and re-exports by calling itself, in places without a look at what
 * is left of its stack; so the engine has a limit. Modules in a circle count one by one, as V8 may pass them all.
 */
import { SafeMap, newList } from "../core/primordials.ts";
import type { Module } from "./registry.ts";

/** A module that the walk is in. */
interface Step {
  readonly module: Module;
  readonly place: number;
  /** The first place that it, or what it leads to, leads back to. */
  low: number;
  /** The depth of what its circle leads to. */
  below: number;
  next: number;
}

/** Sets the depth of a module and of all that it leads to: Tarjan's walk over circles, without recursion. */
export function measureDepth(root: Module): void {
  if (root.depth !== 0) return;
  const places = new SafeMap<Module, number>();
  /** Those whose circle is not complete. */
  const open = newList<Module>();
  const steps = newList<Step>();
  const enter = (module: Module): void => {
    const place = places.size;
    places.set(module, place);
    open[open.length] = module;
    steps[steps.length] = { module, place, low: place, below: 0, next: 0 };
  };
  const leave = (step: Step): void => {
    steps.length--;
    const parent = steps[steps.length - 1];
    if (step.low === step.place) step.below = close(open, step);
    else if (parent !== undefined && step.low < parent.low) parent.low = step.low;
    if (parent !== undefined && step.below > parent.below) parent.below = step.below;
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
    if (module.depth !== 0) {
      if (module.depth > step.below) step.below = module.depth;
    } else if (place === undefined) {
      enter(module);
    } else if (place < step.low) {
      step.low = place;
    }
  }
}

/** A circle is complete. Its depth. */
function close(open: Module[], { module, below }: Step): number {
  let first = open.length - 1;
  while (open[first] !== module) first--;
  const depth = below + open.length - first;
  for (let index = first; index < open.length; index++) open[index]!.depth = depth;
  open.length = first;
  return depth;
}
