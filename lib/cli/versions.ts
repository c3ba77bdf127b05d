import { V8Sandbox } from "../index.ts";

/** The text of `--version`. */
export function versionsText(): string {
  using sandbox = new V8Sandbox({ threads: 1 });
  const { networkRuntime, v8, abi } = sandbox.versions;
  return `network-runtime ${networkRuntime}\nV8 ${v8}\nABI ${abi}\n`;
}
