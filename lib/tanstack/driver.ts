import { agentOptionNames, toRunOptions } from "../agents/options.ts";
import type { AgentOptions } from "../agents/options.ts";
import { runBody } from "../agents/programs.ts";
import { textsOf, toldError } from "../agents/telling.ts";
import { isIdentifier } from "../contract/identifiers.ts";
import { checkOptionNames } from "../contract/option-names.ts";

/** A tool as code mode gives it. */
export interface ToolBinding {
  /** Does it. */
  readonly execute: (args: unknown) => Promise<unknown>;
}

/** What code mode asks of a context. */
export interface IsolateConfig {
  /** The tools, by the names that programs call. */
  readonly bindings: Readonly<Record<string, ToolBinding>>;
  /** Elapsed time of a program, in milliseconds. */
  readonly timeout?: number;
  /** What it may hold, in MB. */
  readonly memoryLimit?: number;
}

/** What a program came to. */
export interface ExecutionResult<T = unknown> {
  /** Whether it came to a value. */
  success: boolean;
  /** The value. */
  value?: T;
  /** Why it did not. */
  error?: {
    /** The error's name. */
    name: string;
    /** What is wrong. */
    message: string;
    /** The program's stack. */
    stack?: string;
    /** The error's code. */
    code?: string;
  };
  /** What it printed: `"WARN: text"`, but for `log`. */
  logs?: string[];
}

/** Where programs run. */
export interface IsolateContext {
  /** Runs a program, the body of an async function. Nothing of it is left for the next. */
  execute: <T = unknown>(code: string) => Promise<ExecutionResult<T>>;
  /** Nothing will be run any more; what is under way is ended. */
  dispose: () => Promise<void>;
}

/** `IsolateDriver` of `@tanstack/ai-code-mode`. */
export interface IsolateDriver {
  /** Makes a context with these tools. */
  createContext: (config: IsolateConfig) => Promise<IsolateContext>;
}

/** The smallest limit that there is, in MiB. */
const MEMORY_MIN_MB = 8;

/**
 * An isolate driver for `@tanstack/ai-code-mode`: each program gets an isolate of its own. `timeout` and `memoryLimit` of code mode
 * are `wallMs` and `memoryMb`, unless `limits` says otherwise.
 *
 * @param options - what each program may use, and whose isolates they are
 * @returns for `createCodeMode({ driver })`
 * @throws ArgumentError, OptionError
 * @example
 * ```ts
 * import { createCodeMode } from "@tanstack/ai-code-mode";
 * import { createIsolateDriver } from "network-runtime/tanstack";
 *
 * const { tool, systemPrompt } = createCodeMode({ driver: createIsolateDriver({ limits: { cpuMs: 500 } }), tools });
 * ```
 */
export function createIsolateDriver(options: AgentOptions = {}): IsolateDriver {
  checkOptionNames(options as unknown, agentOptionNames, "createIsolateDriver()");
  return { createContext: (config) => Promise.resolve(contextOf(options, config)) };
}

function contextOf(options: AgentOptions, { bindings, timeout, memoryLimit }: IsolateConfig): IsolateContext {
  const disposal = new AbortController();
  const limits = {
    ...(timeout !== undefined && { wallMs: timeout }),
    ...(memoryLimit !== undefined && { memoryMb: Math.max(MEMORY_MIN_MB, Math.round(memoryLimit)) }),
    ...options.limits,
  };
  const tools = Object.fromEntries(
    Object.entries(bindings).map(([name, binding]) => [name, (args: unknown) => binding.execute(args)]),
  );
  const names = Object.keys(tools).filter(isIdentifier);
  const prefix = names.length === 0 ? "" : `const { ${names.join(", ")} } = tools; `;
  return {
    execute: async <T>(code: string): Promise<ExecutionResult<T>> => {
      const result = await runBody(prefix, code, { ...toRunOptions(options), limits, tools, signal: disposal.signal });
      const logs = textsOf(result.logs, "capitals");
      if (result.ok) return { success: true, value: result.value as T, logs };
      const { name, message, stack, code: errorCode } = toldError(result.error);
      const error = {
        name,
        message,
        ...(stack !== undefined && { stack }),
        ...(errorCode !== undefined && { code: errorCode }),
      };
      return { success: false, error, logs };
    },
    dispose: () => Promise.resolve(disposal.abort()),
  };
}
