/** What the pools' tests share. */
import type { IsolatePool } from "../../lib/pool/index.ts";

/** Until a pool's counters say so. */
export async function until(pool: IsolatePool, holds: (stats: ReturnType<IsolatePool["stats"]>) => boolean) {
  while (!holds(pool.stats())) await Bun.sleep(1);
}

/** Work that lasts until it is told to end. */
export function held(pool: IsolatePool): { began: Promise<void>; end: () => void; done: Promise<unknown> } {
  const began = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const done = pool.run(() => {
    began.resolve();
    return ended.promise;
  });
  done.catch(() => {});
  return { began: began.promise, end: ended.resolve, done };
}
