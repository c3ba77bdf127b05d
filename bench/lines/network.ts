/** The same program in a guest, whose network is the host's, and in the host itself. */
import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Peer } from "../peers/peer.ts";
import { median } from "../statistics.ts";
import type { GoalInput, Line, Metric, Run, Values } from "./line.ts";

const WARM_MS = 1500;
const NO_NETWORK = "its guests have no network that is the host's";

/** Peers that are not measured. */
const withoutNetwork: Readonly<Record<string, string>> = Object.fromEntries(
  ["bun-worker", "isolated-vm", "node", "deno", "quickjs"].map((name) => [name, NO_NETWORK]),
);

/** The guest's number, and beside it the host's. */
function networkMetrics(unit: string): readonly Metric[] {
  return [
    { key: "guest", title: "in a guest", unit, better: "higher" },
    { key: "direct", title: "in the host", unit, better: "higher" },
  ];
}

/** The host's own number in this run. */
export function direct(input: GoalInput): number | undefined {
  return input.value("ours", "direct");
}

/** A goal for the guest's number: a part of the host's. */
export function partOfHost(factor: number, host: string): Line["goal"] {
  return (metric, input) => {
    const bound = direct(input);
    if (metric.key !== "guest" || bound === undefined) return undefined;
    return { text: `${host} × ${factor}`, bound: bound * factor };
  };
}

/** The text of `async (origin, WebSocket) => amount`: does some work, and says how much. */
export type Program = string;

/** Runs a program here and in the guest, in turn. @returns amounts a second */
async function besideHost(peer: Peer, run: Run, program: Program): Promise<Values> {
  if (!peer.connect) throw new Error(NO_NETWORK);
  const server = spawn(process.execPath, [fileURLToPath(new URL("../servers/local.ts", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const port = await new Promise<string>((resolve) =>
      server.stdout.once("data", (data) => resolve(String(data).trim())),
    );
    const origin = `http://127.0.0.1:${port}`;
    const guest = await peer.connect(origin);
    const inGuest = (): Promise<unknown> => guest.evaluate(`(${program})(${JSON.stringify(origin)}, WebSocket)`);
    const function_ = (0, eval)(program) as (origin: string, client: unknown) => Promise<unknown>;
    const { WebSocket: client } = await import("ws");
    const inHost = (): Promise<unknown> => function_(origin, client);
    const rate = async (work: () => Promise<unknown>): Promise<number> => {
      const start = performance.now();
      return (Number(await work()) / (performance.now() - start)) * 1000;
    };
    const rates = { guest: [] as number[], direct: [] as number[] };
    // Until both engines have compiled what runs often, which takes as long in a quick run.
    const warm = performance.now() + WARM_MS;
    do {
      await inHost();
      await inGuest();
    } while (performance.now() < warm);
    const end = performance.now() + run.ms(4000);
    do {
      rates.direct.push(await rate(inHost));
      rates.guest.push(await rate(inGuest));
    } while (performance.now() < end);
    return { guest: median(rates.guest), direct: median(rates.direct) };
  } finally {
    server.stdin.end();
  }
}

/** A line that measures one program here and there. */
export function networkLine(
  line: Pick<Line, "name" | "title" | "goal"> & { readonly unit: string; readonly program: Program },
): Line {
  const { name, title, goal, unit, program } = line;
  return {
    name,
    title,
    placements: ["free"],
    rounds: { full: 3, quick: 1 },
    without: withoutNetwork,
    metrics: networkMetrics(unit),
    goal,
    measure: (peer, run) => besideHost(peer, run, program),
  };
}
