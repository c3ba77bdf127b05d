// The system's resolver, as the helpers ask it.
import { expect, test } from "bun:test";
import { systemResolve } from "../../lib/net/policy/resolver.ts";

test("answers are used again for a while, failures are not", async () => {
  const first = systemResolve("localhost");
  expect(systemResolve("localhost")).toBe(first);
  expect((await first).some((address) => address === "127.0.0.1" || address === "::1")).toBe(true);
  const none = systemResolve("nowhere.invalid");
  await expect(none).rejects.toThrow();
  expect(systemResolve("nowhere.invalid")).not.toBe(none);
  await systemResolve("nowhere.invalid").catch(() => {});
});
