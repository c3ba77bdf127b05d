// 100 MiB each way through a guest of 48 MiB: what passes is not kept. Each in a process of its own.
import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { runAttack } from "../hostile/run-attack.ts";

test.each(["proxied-download", "proxied-upload", "own-handler", "slow-guest"])(
  "%s: resident memory stays flat",
  async (name) => {
    expect(await runAttack(resolve(import.meta.dir, "streams", `${name}.ts`))).toEqual({
      stdout: "",
      stderr: "",
      ending: "exit code 0",
    });
  },
  60_000,
);
