import { isDeepStrictEqual } from "node:util";
import { median } from "../statistics.ts";
import { exchanges } from "./exchanges.ts";
import type { Line } from "./line.ts";
import { bestOf, threaded } from "./line.ts";

const MIB = 1024 * 1024;

export const bulk: Line = {
  name: "bulk",
  title: "1 MiB echoed, both ways",
  placements: ["one", "two"],
  rounds: { full: 2, quick: 1 },
  metrics: [
    { key: "bytes", title: "Uint8Array", unit: "MiB/s", better: "higher" },
    { key: "tree", title: "JSON tree", unit: "MiB/s", better: "higher" },
  ],
  goal: (metric, input) => bestOf(metric, input, threaded),
  async measure(peer, run) {
    const guest = await peer.open("receive = send;");
    const bytes = new Uint8Array(MIB).map((_, i) => i * 7);
    const { tree, size } = makeTree(MIB);
    for (const data of [bytes, tree]) {
      const echo = await new Promise((resolve) => guest.exchange(data, resolve));
      if (!isDeepStrictEqual(echo, data)) throw new Error("the data came back changed");
    }
    await exchanges(guest, bytes, 150);
    await exchanges(guest, tree, 150);
    run.place();
    await exchanges(guest, bytes, 100);
    run.place();
    const bytesMs = median(await exchanges(guest, bytes, run.ms(400)));
    await exchanges(guest, tree, 100);
    run.place();
    const treeMs = median(await exchanges(guest, tree, run.ms(600)));
    // Each exchange carries the data twice.
    return { bytes: ((2 * MIB) / MIB / bytesMs) * 1000, tree: ((2 * size) / MIB / treeMs) * 1000 };
  },
};

/** A tree like an API's answer, of about so many bytes as JSON. */
function makeTree(bytes: number): { tree: object; size: number } {
  const items: object[] = [];
  const tree = { tree: items };
  for (let size = 0, id = 0; size < bytes; id++) {
    const item = {
      id,
      name: `item number ${id}`,
      active: id % 3 === 0,
      price: id * 1.25,
      parent: id % 5 === 0 ? null : id >> 1,
      tags: ["alpha", "beta", `group-${id % 17}`],
      position: { x: id % 640, y: id % 480, label: `at ${id % 640}` },
    };
    items.push(item);
    size += JSON.stringify(item).length + 1;
  }
  return { tree, size: JSON.stringify(tree).length };
}
