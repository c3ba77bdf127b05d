// One of the threads of abi.ts.
import { hammer } from "./abi-calls.ts";
import { Random } from "./random.ts";

declare const self: Worker;

self.onmessage = (event: MessageEvent<{ seed: number; shared: Int32Array }>) => {
  const { seed, shared } = event.data;
  const random = new Random(seed);
  while (Atomics.load(shared, 0) === 0) hammer(random, shared, 100);
  self.postMessage("done");
};
