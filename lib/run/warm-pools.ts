/** Isolates that are ready for runs: a pool for each set of limits that a sandbox's runs have. */
import { warm } from "../api/isolate.ts";
import type { Isolate } from "../api/isolate.ts";
import { V8Sandbox } from "../api/sandbox.ts";
import type { IsolateOptions } from "../contract/options.ts";
import { IsolatePool } from "../pool/index.ts";
import { listen } from "./logs.ts";

/** Sets of limits for which isolates are kept ready: each has a pool of its own. */
const POOLS_MAX = 8;
/** Runs at once with the same limits, and those that wait for one of them. */
const RUNS_MAX = 1024;
const WAITING_MAX = 16_384;

/** By sandbox, then by limits: those used last come last. */
const bySandbox = new WeakMap<V8Sandbox, Map<string, IsolatePool>>();

let shared: V8Sandbox | undefined;

/** The sandbox of runs that name none. Isolates that are ready, and it itself, keep no process alive. */
export function sharedSandbox(): V8Sandbox {
  return (shared ??= new V8Sandbox());
}

/** It has been shut down: the next run makes another. */
export function forgetShared(sandbox: V8Sandbox): void {
  if (shared === sandbox) shared = undefined;
}

/** The pool whose isolates have these limits. */
export function poolOf(sandbox: V8Sandbox, limits: IsolateOptions): IsolatePool {
  let pools = bySandbox.get(sandbox);
  if (!pools) bySandbox.set(sandbox, (pools = new Map()));
  const key = keyOf(limits);
  let pool = pools.get(key);
  if (pool) pools.delete(key);
  else pool = new IsolatePool(sandbox, { max: RUNS_MAX, waitingMax: WAITING_MAX, isolate: limits, prepare });
  pools.set(key, pool);
  if (pools.size > POOLS_MAX) closeOldest(pools, pool);
  return pool;
}

/** Of those that have nothing to do. */
function closeOldest(pools: Map<string, IsolatePool>, used: IsolatePool): void {
  for (const [key, pool] of pools) {
    const { running, waiting, making } = pool.stats();
    if (pool === used || running + waiting + making > 0) continue;
    pools.delete(key);
    pool.close();
    return;
  }
}

/** Names and values in an order of their own. */
function keyOf(limits: IsolateOptions): string {
  return JSON.stringify(Object.entries(limits).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Nobody waits for this: what is compiled with the first script of an isolate, and its console, are there when it is wanted. */
function prepare(isolate: Isolate): void {
  listen(isolate);
  warm(isolate);
}
