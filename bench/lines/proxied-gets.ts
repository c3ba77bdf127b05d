import { SMALL_BYTES } from "../servers/sizes.ts";
import { networkLine, partOfHost } from "./network.ts";

const FACTOR = 0.5;
const CONCURRENT = 16;
const COUNT = 1000;

export const proxiedGets = networkLine({
  name: "proxied-gets",
  title: `GETs of 1 KiB, ${CONCURRENT} at a time`,
  unit: "/s",
  goal: partOfHost(FACTOR, "in the host"),
  program: `async (origin) => {
    let next = 0;
    await Promise.all(Array.from({ length: ${CONCURRENT} }, async () => {
      while (next++ < ${COUNT}) {
        const text = await (await fetch(origin + "/small")).text();
        if (text.length !== ${SMALL_BYTES}) throw new Error("cut off");
      }
    }));
    return ${COUNT};
  }`,
});
