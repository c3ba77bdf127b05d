/** The page's text. What is packed for users has it in itself: scripts/pack/compile.ts. */
import { fileURLToPath } from "node:url";
import { bundlePage } from "./bundle-page.ts";
import type { Assets } from "./bundle-page.ts";

export type { Assets };

let bundled: Promise<Assets> | undefined;

/** @returns what the browser loads */
export function loadAssets(): Promise<Assets> {
  return (bundled ??= bundlePage(fileURLToPath(new URL("./page/", import.meta.url))));
}
