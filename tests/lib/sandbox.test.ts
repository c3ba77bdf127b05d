import { expect, test } from "bun:test";
import { RecordType } from "../../lib/engine/engine.ts";
import { ArgumentError } from "../../lib/contract/errors.ts";
import type { SandboxStats } from "../../lib/index.ts";
import { fakeSandbox } from "./fake-engine.ts";

test("engine_degraded comes with the sandbox's counters, until its handler is removed", () => {
  const { sandbox, fake } = fakeSandbox();
  const heard: SandboxStats[] = [];
  const handler = (stats: SandboxStats): void => void heard.push(stats);
  expect(sandbox.onSystem("engine_degraded", handler)).toBe(sandbox);
  fake.emit(RecordType.Degraded);
  expect(heard).toEqual([sandbox.stats()]);
  expect(sandbox.offSystem("engine_degraded", handler)).toBe(sandbox);
  fake.emit(RecordType.Degraded);
  expect(heard).toHaveLength(1);
});

test("a sandbox has no other event", () => {
  const { sandbox } = fakeSandbox();
  expect(() => sandbox.onSystem("terminated" as "engine_degraded", () => {})).toThrow(ArgumentError);
  expect(() => sandbox.onSystem("engine_degraded", 1 as unknown as () => void)).toThrow(ArgumentError);
});
