import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { runFile } from "../api/harness.ts";

test("a page of a component library is what React renders on the host, and data stays data", async () => {
  const { stdout, stderr, exitCode } = await runFile(resolve(import.meta.dir, "../../examples/rendering/main.ts"));
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/^200: \d+ characters, the host's own are the same\n500: <title>500<\/title>\n$/);
  expect(stdout).toStartWith('<!doctype html>\n<nav class="navbar');
  expect(stdout).toContain("&lt;b&gt;Closed&lt;/b&gt; on Sundays");
  expect(stdout).toContain("Crème brûlée");
  expect(stdout).toContain("€252.00");
  expect(stdout).not.toContain("<script>");
});
