/** The package's types, as far as they are needed. */

/** Functions of one name. */
export interface ResolvedProvider {
  /** The name in programs: `"codemode"`. */
  readonly name: string;
  /** What is called: `codemode.search(…)`. */
  readonly fns: Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>;
  /** Program text that is run before the program, and may add functions of the program's own to the name. */
  readonly prelude?: string;
}

/** Tools that are called by their names, whatever those are. */
export interface ConnectorBinding {
  /** The name in programs. */
  readonly name: string;
  /** Who is asked. */
  readonly binding: {
    /** Does it. */
    callTool(method: string, args: unknown): Promise<unknown>;
  };
}

/** What a program came to. */
export interface ExecuteResult {
  /** What it came to; undefined if it failed. */
  result: unknown;
  /** Why it failed. */
  error?: string;
  /** What it printed: `"[warn] text"`, but for `log`. */
  logs?: string[];
}

/** `Executor` of `@cloudflare/codemode`. */
export interface Executor {
  /** Runs a program: the text of an async function without parameters, or its body. */
  execute(
    code: string,
    providersOrFns: readonly ResolvedProvider[] | ResolvedProvider["fns"],
    options?: { connectors?: readonly ConnectorBinding[] },
  ): Promise<ExecuteResult>;
}
