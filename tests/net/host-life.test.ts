// Nothing that a server or a guest does ends the host. Each in a process of its own, which handles no rejection and no
// exception: the first that nobody has heard of ends it.
import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { runAttack } from "../hostile/run-attack.ts";

test.each(["responses", "web-sockets", "forged-messages", "in-a-worker"])(
  "%s",
  async (name) => {
    const ended = await runAttack(resolve(import.meta.dir, "host-life", `${name}.ts`));
    // Bun says so of every body that its own fetch cannot decode.
    const stderr = ended.stderr.replaceAll(/^Decompression error: .*\n/gm, "");
    expect({ ...ended, stderr }).toEqual({ stdout: "", stderr: "", ending: "exit code 0" });
  },
  120_000,
);
