import { readLibraries } from "./declarations.ts";
import { Pruning } from "./prune.ts";
import type { GuestShape } from "./shape.ts";

/** Of these libraries of TypeScript's, what a guest has. Atomics come with SharedArrayBuffer there, which guests have not. */
const LIBRARIES = [
  "webworker",
  "webworker.iterable",
  "webworker.asynciterable",
  "es2017.sharedmemory",
  "es2020.sharedmemory",
  "es2024.sharedmemory",
  "esnext.sharedmemory",
];

const HEAD = `// The Web platform as a guest has it. Made by \`npm run guest-types\`: do not edit.
// Of TypeScript's lib.webworker.d.ts: Copyright (c) Microsoft Corporation. Licensed under the Apache License, Version 2.0
// (http://www.apache.org/licenses/LICENSE-2.0), changed: what guests have not is left out.
`;

/** The text of lib/guest/platform.d.ts. */
export function platformTypes(shape: GuestShape): string {
  const text = new Pruning(readLibraries(LIBRARIES), shape).text();
  // References, section titles and licenses of the files stand before their first statements.
  const plain = text.replace(/^\/\/\/.*\n|^\/\*![^]*?\*\/\n/gm, "").replace(/\n{3,}/g, "\n\n");
  return `${HEAD}\n${plain.trim()}\n`;
}
