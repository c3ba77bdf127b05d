import { expect, test } from "bun:test";
import { guestGlobals } from "../../lib/contract/guest-globals.ts";
import { createGuest } from "./guest.ts";

test("the names that cannot be exposed are those that a guest has", async () => {
  const guest = await createGuest();
  const names = await guest.evaluate<string[]>(`
    const names = [];
    for (let level = globalThis; level !== null; level = Object.getPrototypeOf(level)) {
      names.push(...Object.getOwnPropertyNames(level));
    }
    names`);
  const has = new Set(names);
  expect([...guestGlobals].filter((name) => !has.has(name as string))).toEqual([]);
  expect(names.filter((name) => !guestGlobals.has(name))).toEqual([]);
});
