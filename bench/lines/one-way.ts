import type { Guest } from "../peers/peer.ts";
import { median } from "../statistics.ts";
import type { Line } from "./line.ts";
import { relativeTo } from "./line.ts";

/** Messages of one burst: long enough to fill every pipe, short enough for the guest's queue limits. */
const BURST = 20_000;

export const oneWay: Line = {
  name: "one-way",
  title: "messages {i} one way",
  placements: ["one", "two"],
  rounds: { full: 2, quick: 1 },
  metrics: [
    { key: "out", title: "guest → host", unit: "/s", better: "higher" },
    { key: "in", title: "host → guest", unit: "/s", better: "higher" },
  ],
  goal: (_metric, input) => relativeTo(input, "bun-worker", "Bun Worker"),
  async measure(peer, run) {
    const emitter = await peer.open("receive = (n) => { for (let i = 1; i <= n; i++) send({ i }); };");
    const counter = await peer.open(`receive = ({ i }) => { if (i === ${BURST}) send("done"); };`);
    await bursts(() => burstOut(emitter), 200);
    await bursts(() => burstIn(counter), 200);
    run.place();
    await bursts(() => burstOut(emitter), 100);
    run.place();
    const out = await bursts(() => burstOut(emitter), run.ms(500));
    await bursts(() => burstIn(counter), 100);
    run.place();
    const into = await bursts(() => burstIn(counter), run.ms(500));
    return { out, in: into };
  },
};

/** @returns messages a second */
async function bursts(burst: () => Promise<void>, forMs: number): Promise<number> {
  const samples: number[] = [];
  const end = performance.now() + forMs;
  do {
    const start = performance.now();
    await burst();
    samples.push((BURST / (performance.now() - start)) * 1000);
  } while (performance.now() < end);
  return median(samples);
}

function burstOut(guest: Guest): Promise<void> {
  return new Promise((resolve) => {
    guest.receive = (data) => {
      if ((data as { i: number }).i === BURST) resolve();
    };
    guest.send(BURST);
  });
}

function burstIn(guest: Guest): Promise<void> {
  return new Promise((resolve) => {
    guest.receive = () => resolve();
    for (let i = 1; i <= BURST; i++) guest.send({ i });
  });
}
