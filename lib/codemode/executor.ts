import { agentOptionNames, toRunOptions } from "../agents/options.ts";
import type { AgentOptions } from "../agents/options.ts";
import { runBody } from "../agents/programs.ts";
import { textsOf, toldError } from "../agents/telling.ts";
import { isIdentifier } from "../contract/identifiers.ts";
import { checkOptionNames } from "../contract/option-names.ts";
import { show } from "../contract/show.ts";
import { bindingsOf } from "./bindings.ts";
import type { Executor, ResolvedProvider } from "./types.ts";

/**
 * An executor for `@cloudflare/codemode`: each program gets an isolate of its own, with the providers' functions and nothing else.
 * It never throws: what is wrong is in the result's `error`.
 *
 * @param options - what each program may use, and whose isolates they are
 * @returns for `createCodeTool({ executor })`
 * @throws ArgumentError, OptionError
 * @example
 * ```ts
 * import { createBrowserCodeTool } from "@cloudflare/codemode/browser";
 * import { createExecutor } from "network-runtime/codemode";
 *
 * const code = createBrowserCodeTool({ tools, executor: createExecutor({ limits: { cpuMs: 500 } }) });
 * ```
 */
export function createExecutor(options: AgentOptions = {}): Executor {
  checkOptionNames(options as unknown, agentOptionNames, "createExecutor()");
  return {
    execute: async (code, providersOrFns, { connectors = [] } = {}) => {
      const providers = isList(providersOrFns) ? providersOrFns : [{ name: "codemode", fns: providersOrFns }];
      const problem = problemOf([...providers, ...connectors].map(({ name }) => name));
      if (problem !== undefined) return { result: undefined, error: problem };
      const bindings = bindingsOf(providers, connectors);
      if (typeof bindings === "string") return { result: undefined, error: bindings };
      const text = isFunctionText(code) ? `return await (${code}\n)();` : code;
      try {
        const result = await runBody(bindings.prefix, text, { ...toRunOptions(options), tools: bindings.tools });
        const logs = textsOf(result.logs, "brackets");
        if (result.ok) return { result: result.value, logs };
        return { result: undefined, error: toldError(result.error).message, logs };
      } catch (error) {
        return { result: undefined, error: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

function isList(given: readonly ResolvedProvider[] | ResolvedProvider["fns"]): given is readonly ResolvedProvider[] {
  return Array.isArray(given);
}

function problemOf(names: readonly string[]): string | undefined {
  const wrong = names.find((name) => !isIdentifier(name) || name === "tools");
  if (wrong !== undefined)
    return `The provider's name ${show(wrong)} is reserved, or not a valid JavaScript identifier.`;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `Two providers are called ${show(twice)}.`;
}

/** What the package hands over is an arrow function; hosts that call by themselves may have a body. */
function isFunctionText(code: string): boolean {
  return /^\s*(?:async\b\s*)?(?:function\b|\([^()]*\)\s*=>|[\w$]+\s*=>)/.test(code);
}
