// Runs every attack in a process of its own, or those of the folders in HOSTILE_ROOMS. It must end normally and say nothing at all.
import { Glob } from "bun";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { ATTACK_TIMEOUT_MS, runAttack } from "./run-attack.ts";

const folder = import.meta.dir;
const attacks = [...new Glob("*/*.ts").scanSync({ cwd: folder })].sort();

test("there are attacks", () => {
  expect(attacks.length).toBeGreaterThan(80);
});

const rooms = process.env.HOSTILE_ROOMS?.split(",");
for (const attack of attacks) {
  if (rooms && !rooms.includes(attack.split("/")[0]!)) continue;
  const run = async (): Promise<void> => {
    expect(await runAttack(join(folder, attack))).toEqual({ stdout: "", stderr: "", ending: "exit code 0" });
  };
  test(attack.slice(0, -".ts".length).replace("/", ": "), run, 2 * ATTACK_TIMEOUT_MS);
}
