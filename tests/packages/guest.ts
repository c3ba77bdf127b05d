/** Functions of one module of `work/`, run in the host and in a guest, to compare what comes of them. */
import { afterAll, beforeAll, expect } from "bun:test";
import { V8Sandbox } from "network-runtime";
import type { Isolate, IsolateOptions } from "network-runtime";
import { join } from "node:path";
import { bundleFolder } from "./bundle.ts";

/** What work is: at most one argument, and a result, both of a kind that structured clone takes. */
type Work = (...input: any[]) => unknown;

/** A module of `work/`. */
export interface Both {
  /** An isolate that has the module's bundle, destroyed with its file's sandbox. */
  guest(options?: IsolateOptions): Promise<Isolate>;
  /** Runs a function of the module in the host and in a new guest. @returns the result, which is the same */
  same<I extends unknown[], R>(work: (...input: I) => R, ...input: I): Promise<Awaited<R>>;
}

/** The modules of `work/` that one test file uses, bundled once. */
export function useWork(...names: readonly string[]): (name: string) => Both {
  let sandbox: V8Sandbox;
  let scripts: Map<string, string>;
  beforeAll(async () => {
    scripts = await bundleFolder(join(import.meta.dir, "work"), names);
    sandbox = new V8Sandbox({ threads: 2 });
  });
  afterAll(() => sandbox.shutdown());

  return (name) => {
    const guest = async (options?: IsolateOptions): Promise<Isolate> => {
      const isolate = await sandbox.createIsolate(options);
      await isolate.evaluate(scripts.get(name)!, { filename: `${name}.js` });
      return isolate;
    };
    const same = async (work: Work, ...input: unknown[]): Promise<any> => {
      using isolate = await guest();
      const [inGuest, inHost] = await Promise.all([isolate.request(work.name, input[0]), work(...input)]);
      expect(inGuest).toEqual(inHost);
      return inHost;
    };
    return { guest, same };
  };
}
