/** Bun, the engine, an isolate, and what confines child processes. */
import { IsolationError, V8Sandbox, type IsolationLayer } from "../../index.ts";
import { finding, type Finding } from "./check.ts";

const BUN_MINIMUM = "1.3.0";

/** What brings a layer that is missing. */
const LAYERS: Readonly<Record<Exclude<IsolationLayer, "no_jit">, string>> = {
  seccomp: "a kernel with CONFIG_SECCOMP_FILTER and pidfds (Linux 5.3), in a container whose own filter allows them",
  no_new_privileges: "any Linux since 3.5",
  landlock: "Linux 5.13 with landlock in /sys/kernel/security/lsm (boot with lsm=landlock,…)",
  namespaces: "user namespaces: user.max_user_namespaces above 0, and a container's profile that allows unshare",
  unprivileged: "run the host as another user than root, or allow user namespaces",
};

/** Bun's version. */
export function checkBun(): Finding {
  const known = Bun.semver.order(Bun.version, BUN_MINIMUM) >= 0;
  return known
    ? finding("Bun", "ok", Bun.version)
    : finding("Bun", "bad", `${Bun.version} is older than ${BUN_MINIMUM}`, "bun upgrade");
}

/** The engine's library, and that a guest runs in it. */
export async function checkEngine(): Promise<Finding[]> {
  try {
    using sandbox = new V8Sandbox({ threads: 1, cpuMs: 1000, wallMs: 10_000 });
    const { networkRuntime, v8, abi } = sandbox.versions;
    const engine = finding("engine", "ok", `network-runtime ${networkRuntime}, V8 ${v8}, ABI ${abi}`);
    const startedAt = performance.now();
    const isolate = await sandbox.createIsolate();
    const answer = await isolate.evaluate<number>("6 * 7");
    const spent = (performance.now() - startedAt).toFixed(1);
    const works = finding("isolate", answer === 42 ? "ok" : "bad", `6 * 7 is ${answer}, after ${spent} ms`);
    return [engine, works, await checkLimit(sandbox)];
  } catch (error) {
    return [finding("engine", "bad", messageOf(error))];
  }
}

/** A guest that does not stop is stopped. */
async function checkLimit(sandbox: V8Sandbox): Promise<Finding> {
  const hog = await sandbox.createIsolate({ cpuMs: 20 });
  const reason = await hog.evaluate("for (;;);").then(
    () => "nothing",
    ({ reason }: { reason?: string }) => reason ?? "another error",
  );
  return finding("limits", reason === "cpu_limit_exceeded" ? "ok" : "bad", `an endless loop was ended by ${reason}`);
}

/** `isolation: "process"`, and each of its layers. */
export async function checkProcesses(): Promise<Finding[]> {
  try {
    using sandbox = new V8Sandbox({ threads: 1, isolation: "process", wallMs: 10_000 });
    const isolate = await sandbox.createIsolate();
    await isolate.evaluate("1");
    const { layers } = sandbox.isolation;
    const missing = Object.entries(LAYERS).filter(([layer]) => !layers.includes(layer as IsolationLayer));
    return [
      finding("processes", "ok", `child processes are confined by ${layers.join(", ")}`),
      ...missing.map(([layer, needs]) => finding(layer, "warn", "child processes do without", `it needs ${needs}`)),
    ];
  } catch (error) {
    const advice = 'docs/deployment.md says what containers need; isolation: "isolate" works without';
    const state = error instanceof IsolationError ? "warn" : "bad";
    return [finding("processes", state, messageOf(error), advice)];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
