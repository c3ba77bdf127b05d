/** The META lines of a test file. https://web-platform-tests.org/writing-tests/testharness.html#multi-global-tests */

/** What a test file says about itself. */
export interface Meta {
  /** Scripts to run before it, in order: paths from the checkout's root (`/common/…`) or relative to the file. */
  readonly scripts: readonly string[];
  /** Query strings to run it with, one run each. Never empty; `""` is a run without one. */
  readonly variants: readonly string[];
  /** Whether it may take a minute instead of ten seconds. */
  readonly long: boolean;
  /** Kinds of globals it is meant for, or undefined: a window and a dedicated worker. */
  readonly globals: readonly string[] | undefined;
  readonly title: string | undefined;
}

const metaLine = /^\/\/\s*META:\s*(\w*)=(.*)$/;

/** Reads the META lines, which are a file's first lines: the first other line ends them. */
export function parseMeta(source: string): Meta {
  const scripts: string[] = [];
  const variants: string[] = [];
  let long = false;
  let globals: string[] | undefined;
  let title: string | undefined;
  for (const line of source.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    const [, key, text] = metaLine.exec(line) ?? [];
    if (key === undefined || text === undefined) break;
    const value = text.trim();
    if (key === "script") scripts.push(value);
    else if (key === "variant") variants.push(value);
    else if (key === "timeout") long ||= value === "long";
    else if (key === "global") globals = value.split(",").map((name) => name.trim());
    else if (key === "title") title = value;
  }
  return { scripts, variants: variants.length === 0 ? [""] : variants, long, globals, title };
}

/** Whether a file is meant for a dedicated worker, which is what an isolate is like. */
export function runsInWorker(file: string, meta: Meta): boolean {
  if (file.endsWith(".worker.js") || meta.globals === undefined) return true;
  return meta.globals.includes("worker") || meta.globals.includes("dedicatedworker");
}
