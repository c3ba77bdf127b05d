/** The providers' functions, as a program has them. */
import type { HostApi } from "../api/isolate.ts";
import { isIdentifier } from "../contract/identifiers.ts";
import type { ConnectorBinding, ResolvedProvider } from "./types.ts";

/** For `run`, and the statements that give them their names. */
export interface Bindings {
  readonly tools: HostApi;
  readonly prefix: string;
}

/** What a connector answers that is no answer: https://github.com/cloudflare/agents, packages/codemode. */
const CONTROL = "__codemode_control__";
const PAUSE = "__CODEMODE_PAUSE__";

/** Of a name's functions and of a connector's, in the program; `then` is asked for by `await`. */
const HELPERS =
  "const __provider = (own) => new Proxy({ ...own }, { get: (own, name) => " +
  "Object.hasOwn(own, name) || typeof name !== 'string' || name === 'then' ? own[name] : " +
  'async () => { throw new Error(`Tool "${name}" not found`); } }); ' +
  "const __connector = (own) => new Proxy({}, { get: (_, name) => " +
  "typeof name !== 'string' || name === 'then' ? undefined : (args) => own.call(name, args) }); ";

/** @returns what is wrong, if something is */
export function bindingsOf(
  providers: readonly ResolvedProvider[],
  connectors: readonly ConnectorBinding[],
): Bindings | string {
  const tools: Record<string, Record<string, unknown>> = {};
  const statements: string[] = [HELPERS];
  for (const { name, fns } of providers) {
    const named: Record<string, unknown> = {};
    for (const [tool, fn] of Object.entries(fns)) {
      const key = toIdentifier(tool);
      if (Object.hasOwn(named, key)) return `Two tools of ${name} are called "${key}", one of them "${tool}".`;
      // The context behind the arguments is this library's own affair.
      named[key] = (...given: unknown[]) => fn(...given.slice(0, -1));
    }
    tools[name] = named;
    statements.push(`const ${name} = __provider(tools.${name}); `);
  }
  for (const { name, binding } of connectors) {
    tools[name] = {
      call: async (method: unknown, args: unknown) => answerOf(await binding.callTool(String(method), args)),
    };
    statements.push(`const ${name} = __connector(tools.${name}); `);
  }
  // A prelude may have many lines and end in a comment.
  const preludes = providers.flatMap(({ prelude }) => (prelude === undefined ? [] : [`${prelude}\n`]));
  return { tools: tools as HostApi, prefix: statements.join("") + preludes.join("") };
}

function answerOf(answer: unknown): unknown {
  if (typeof answer !== "object" || answer === null || !(CONTROL in answer)) return answer;
  const { [CONTROL]: control, message } = answer as { [CONTROL]: unknown; message?: unknown };
  if (control === "pause") throw new Error(PAUSE);
  if (control === "error") throw new Error(String(message));
  return answer;
}

/** As the package's own types name tools. */
function toIdentifier(name: string): string {
  const plain = name.replace(/[-.\s]/g, "_").replace(/[^a-zA-Z0-9_$]/g, "");
  if (plain === "") return "_";
  if (/^\d/.test(plain)) return `_${plain}`;
  return isIdentifier(plain) ? plain : `${plain}_`;
}
